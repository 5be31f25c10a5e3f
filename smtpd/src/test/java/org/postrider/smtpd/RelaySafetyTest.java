package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/** With which lists smtpd does not start, as they would make an open relay; in the words of Postfix. */
class RelaySafetyTest {
    private static Parameters lists(String relay, String recipient) {
        return Parameters.of(Map.of("smtpd_relay_restrictions", relay, "smtpd_recipient_restrictions", recipient,
                "smtpd_restriction_classes", "stop, go", "stop", "permit_mynetworks, reject_unauth_destination", "go",
                "permit_mynetworks"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", value = {"'' | ''", "'' | permit_mynetworks",
            "permit_mynetworks | permit",
            "check_client_access static:OK | ''", "'' | warn_if_reject reject", "'' | permit reject", "go | go",
            "'' | reject_unknown_sender_domain", "'' | check_policy_service inet:127.0.0.1:1",
            "'' | warn_if_reject stop"})
    void nothingStopsStrangers(String relay, String recipient) {
        assertThat(catchThrowableOfType(ConfigurationException.class,
                () -> RelaySafety.check(lists(relay, recipient)))).hasMessage(
                        "in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one"
                                + " working instance of: reject_unauth_destination, defer_unauth_destination, reject,"
                                + " defer, defer_if_permit or check_relay_domains");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", value = {"'' | reject", "defer_if_permit | ''", "stop | ''",
            "permit | permit_mynetworks REJECT_UNAUTH_DESTINATION", "'' | check_client_access static:OK defer",
            "permit_mynetworks defer_unauth_destination | permit", "'' | go stop"})
    void somethingDoes(String relay, String recipient) {
        assertThatCode(() -> RelaySafety.check(lists(relay, recipient))).doesNotThrowAnyException();
    }
}
