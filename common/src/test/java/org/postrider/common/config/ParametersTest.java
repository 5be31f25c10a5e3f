package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static Parameters with(String name, String value) {
        return Parameters.of(Map.of("compatibility_level", "3.6", name, value));
    }

    @Test
    void defaultsComeFromTheCatalogue() {
        Parameters parameters = with("myhostname", "mail.example.org");

        assertThat(parameters.string("smtpd_banner")).isEqualTo("mail.example.org ESMTP Postrider");
        assertThat(parameters.time("smtpd_timeout")).isEqualTo(Duration.ofSeconds(300));
        assertThat(parameters.with(Map.of("stress", "yes")).time("smtpd_timeout")).isEqualTo(Duration.ofSeconds(10));
        assertThat(parameters.number("smtpd_hard_error_limit")).isEqualTo(20);
        assertThat(parameters.longNumber("message_size_limit")).isEqualTo(10_240_000);
        assertThat(parameters.bool("append_dot_mydomain")).isFalse();
        assertThat(parameters.raw("luser_relay")).isEmpty();
        assertThat(parameters.list("mydestination"))
                .containsExactly("mail.example.org", "localhost.localdomain", "localhost");
        assertThat(parameters.isSet("smtpd_banner")).isFalse();
    }

    @Test
    void familiesResolveThroughTheirDefaults() {
        Parameters parameters = with("default_destination_concurrency_limit", "7");

        assertThat(parameters.number("smtp_destination_concurrency_limit")).isEqualTo(7);
        assertThat(parameters.number("my_own_service_destination_concurrency_limit")).isEqualTo(7);
        assertThat(parameters.number("local_destination_concurrency_limit")).isEqualTo(2);
        assertThat(parameters.number("x_initial_destination_concurrency")).isEqualTo(5);
        assertThat(parameters.time("maildrop_time_limit")).isEqualTo(Duration.ofSeconds(1000));
        assertThat(parameters.time("smtp_transport_rate_delay")).isZero();
    }

    @Test
    void rawParametersAreNotExpanded() {
        assertThat(with("mailbox_command", "/bin/x $HOME").string("mailbox_command")).isEqualTo("/bin/x $HOME");
    }

    @Test
    void timesHaveUnits() {
        assertThat(with("queue_run_delay", "10seconds").time("queue_run_delay")).isEqualTo(Duration.ofSeconds(10));
        assertThat(with("queue_run_delay", "1h30m").time("queue_run_delay")).isEqualTo(Duration.ofHours(1));
        assertThat(with("maximal_queue_lifetime", "2").time("maximal_queue_lifetime")).isEqualTo(Duration.ofDays(2));
        assertThatThrownBy(() -> with("queue_run_delay", "5x").time("queue_run_delay"))
                .hasMessage("parameter queue_run_delay: bad time value or unit: 5x");
        assertThatThrownBy(() -> with("queue_run_delay", "-5").time("queue_run_delay"))
                .hasMessage("parameter queue_run_delay: bad time value or unit: -5");
        assertThatThrownBy(() -> with("queue_run_delay", "99999w").time("queue_run_delay"))
                .hasMessageContaining("bad time value");
    }

    @Test
    void badValuesAreSaidInKnownWords() {
        assertThatThrownBy(() -> with("biff", "maybe").bool("biff"))
                .hasMessage("bad boolean configuration: biff = maybe");
        assertThatThrownBy(() -> with("hopcount_limit", "5x").number("hopcount_limit"))
                .hasMessage("bad numerical configuration: hopcount_limit = 5x");
        assertThatThrownBy(() -> with("hopcount_limit", "0").number("hopcount_limit"))
                .hasMessage("invalid hopcount_limit parameter value 0 < 1");
        assertThatThrownBy(() -> with("default_delivery_slot_discount", "101").number("default_delivery_slot_discount"))
                .hasMessage("invalid default_delivery_slot_discount parameter value 101 > 100");
        assertThatThrownBy(() -> with("queue_directory", "").string("queue_directory"))
                .hasMessage("bad string length 0 < 1: queue_directory = ");
        assertThatThrownBy(() -> with("hopcount_limit", "99999999999").number("hopcount_limit"))
                .hasMessage("bad numerical configuration: hopcount_limit = 99999999999");
    }

    @Test
    void listsKeepWhatIsInBraces() {
        assertThat(WordList.split(" a, b\tc,,{d, e} inline:{x = y, z = {q r}} "))
                .containsExactly("a", "b", "c", "{d, e}", "inline:{x = y, z = {q r}}");
        assertThat(WordList.split("} a { b")).containsExactly("}", "a", "{ b");
    }

    @Test
    void theSettingsMakeTheSameViewAgain() {
        Parameters parameters = with("myorigin", "$mydomain");

        assertThat(Parameters.of(parameters.settings()).string("myorigin")).isEqualTo("localdomain");
    }
}
