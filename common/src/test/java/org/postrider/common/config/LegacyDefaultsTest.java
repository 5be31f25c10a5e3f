package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LegacyDefaultsTest {
    private static Parameters at(String level) {
        return Parameters.of(Map.of("compatibility_level", level));
    }

    @Test
    void whatIsKeptDependsOnTheLevelAndOnWhatIsSet() {
        assertThat(names(at("3.11"))).isEmpty();
        assertThat(names(at("9999999"))).isEmpty();
        assertThat(names(at("3.6"))).containsExactly("smtp_tls_security_level");
        assertThat(names(at("2"))).contains("respectful_logging", "smtpd_tls_fingerprint_digest")
                .doesNotContain("relay_domains", "append_dot_mydomain");
        assertThat(names(at("0"))).hasSize(LegacyDefaults.changes().size())
                .contains("append_dot_mydomain", "smtputf8_enable", "smtpd_relay_restrictions", "mynetworks_style");
        assertThat(names(at("1").with(Map.of("relay_domains", ""))))
                .contains("mynetworks_style").doesNotContain("relay_domains");
        assertThat(LegacyDefaults.of(at("3.6")).mayKeepAny()).isTrue();
        assertThat(LegacyDefaults.of(at("3.11")).mayKeepAny()).isFalse();
        assertThat(LegacyDefaults.newest().text()).isEqualTo("3.11");
    }

    private static List<String> names(Parameters parameters) {
        return LegacyDefaults.of(parameters).kept().stream().map(LegacyDefaults.Change::name).toList();
    }

    /** As postconf -o compatibility_level=N -x of Postfix 3.7 shows them, but for smtp_tls_security_level, which is newer. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "append_dot_mydomain|yes|no|no|no|no", "smtputf8_enable|no|yes|yes|yes|yes",
            "mynetworks_style|subnet|subnet|host|host|host", "relay_domains|here|here|''|''|''",
            "respectful_logging|no|no|no|yes|yes", "smtpd_relay_before_recipient_restrictions|no|no|no|yes|yes",
            "smtpd_tls_fingerprint_digest|md5|md5|md5|sha256|sha256",
            "smtp_tls_fingerprint_digest|md5|md5|md5|sha256|sha256",
            "lmtp_tls_fingerprint_digest|md5|md5|md5|sha256|sha256",
            "smtp_tls_security_level|''|''|''|''|may"})
    void defaultsFollowTheLevel(String name, String at0, String at1, String at2, String at36, String at311) {
        List<String> levels = List.of("0", "1", "2", "3.6", "3.11");
        List<String> values = List.of(at0, at1, at2, at36, at311);
        for (int each = 0; each < levels.size(); each++) {
            Parameters parameters = at(levels.get(each)).with(Map.of("mydestination", "here"));
            assertThat(parameters.string(name)).as("%s at %s", name, levels.get(each)).isEqualTo(values.get(each));
        }
        assertThat(at("0").string("smtpd_relay_restrictions")).isEmpty();
        assertThat(at("1").string("smtpd_relay_restrictions")).endsWith("defer_unauth_destination");
    }

    @Test
    void aLevelThatIsNoneIsAnErrorWhereItCounts() {
        for (String level : List.of("abc", "3.x", "-1", "3.6.1.2", "", "3.")) {
            assertThatThrownBy(() -> LegacyDefaults.of(at(level)).mayKeepAny())
                    .hasMessage("malformed compatibility level syntax: \"" + level + "\"");
        }
        assertThat(LegacyDefaults.of(at("x").with(Map.of("relay_domains", ""))).keeps("relay_domains")).isFalse();
        assertThat(new CompatibilityLevel(3, 0, 1).text()).isEqualTo("3.0.1");
        assertThat(new CompatibilityLevel(2, 0, 0).text()).isEqualTo("2");
    }

    @Test
    void masterCfSaysWhichServicesAreChrootedByIt() {
        MasterCf file = MasterCf.parse("a unix - - - - - x\nb unix - - y - - x\nc unix - - n - - x\n", "dir/master.cf",
                at("0"));
        assertThat(file.notes()).containsExactly(
                "dir/master.cf: line 1: using backwards-compatible default setting chroot=y");
        assertThat(MasterCf.parse("a unix - - - - - x\n", "dir/master.cf", at("1")).notes()).isEmpty();
    }
}
