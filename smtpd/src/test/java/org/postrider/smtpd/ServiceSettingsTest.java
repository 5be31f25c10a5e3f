package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

class ServiceSettingsTest {
    private static ServiceSettings read(Map<String, String> settings) {
        return ServiceSettings.of(Parameters.of(settings));
    }

    @Test
    void proxiesAndNamesOfServices() {
        ServiceSettings usual = read(Map.of());
        assertThat(usual.proxies().always()).isFalse();
        assertThat(usual.proxies().limit()).isEqualTo(Duration.ofSeconds(5));
        assertThat(usual.connectionLimit()).isEqualTo(50);
        assertThat(usual.flushService()).isEqualTo("flush");
        assertThat(usual.verifyService()).isEqualTo("verify");
        assertThat(usual.login()).isEqualTo(new LoginSettings.Nobody());
        ServiceSettings other = read(Map.of("smtpd_upstream_proxy_protocol", "haproxy",
                "smtpd_upstream_proxy_networks", "10.0.0.0/8", "smtpd_upstream_proxy_timeout", "7s",
                "smtpd_client_connection_count_limit", "3", "flush_service_name", "f",
                "address_verify_service_name", "v", "smtpd_tls_session_cache_timeout", "9m"));
        assertThat(other).isEqualTo(new ServiceSettings(
                new ServiceSettings.Proxies(true, "10.0.0.0/8", Duration.ofSeconds(7)), 3, "f", "v",
                Duration.ofMinutes(9), new LoginSettings.Nobody()));
    }

    @Test
    void whoSaysWhichLoginsAreGood() {
        assertThat(read(Map.of("smtpd_sasl_auth_enable", "yes", "smtpd_sasl_type", "dovecot", "smtpd_sasl_path",
                "private/auth", "smtpd_sasl_service", "imap")).login())
                .isEqualTo(new LoginSettings.Dovecot("private/auth", "imap"));
        assertThat(read(Map.of("smtpd_sasl_auth_enable", "yes", "smtpd_sasl_type", "cyrus",
                "smtpd_sasl_local_domain", "example.com", "cyrus_sasl_config_path", "/nonexistent")).login())
                .isInstanceOfSatisfying(LoginSettings.Saslauthd.class,
                        cyrus -> assertThat(cyrus.realm()).isEqualTo("example.com"));
        // What is said about tokens is not looked at where nobody comes with one.
        assertThat(read(Map.of("smtpd_sasl_auth_enable", "yes", "smtpd_sasl_type", "tables",
                "smtpd_sasl_password_maps", "texthash:/u", "smtpd_sasl_mechanisms", "PLAIN",
                "smtpd_sasl_oauth_jwks", "http://example.com/")).login())
                .isEqualTo(new LoginSettings.Users(List.of("texthash:/u"), List.of("PLAIN"), "", Optional.empty()));
        assertThat(read(Map.of("smtpd_sasl_auth_enable", "yes", "smtpd_sasl_type", "tables",
                "smtpd_sasl_mechanisms", "xoauth2", "smtpd_sasl_oauth_jwks", "/keys", "smtpd_sasl_oauth_issuer", "i",
                "smtpd_sasl_oauth_audience", "a")).login())
                .isInstanceOfSatisfying(LoginSettings.Users.class, users -> assertThat(users.oauth()).isPresent());
    }

    @Test
    void whatIsNotThereIsRefused() {
        for (Map<String, String> wrong : List.of(Map.of("smtpd_upstream_proxy_protocol", "squid"),
                Map.of("smtpd_sasl_auth_enable", "yes", "smtpd_sasl_type", "ldap"),
                Map.of("smtpd_sasl_auth_enable", "yes", "smtpd_sasl_type", "tables", "smtpd_sasl_mechanisms",
                        "GSSAPI"),
                Map.of("smtpd_sasl_auth_enable", "yes", "smtpd_sasl_type", "tables", "smtpd_sasl_mechanisms",
                        "OAUTHBEARER"))) {
            assertThatThrownBy(() -> read(wrong)).isInstanceOf(ConfigurationException.class)
                    .extracting(Throwable::getMessage).asString()
                    .containsAnyOf("squid", "ldap", "GSSAPI", "smtpd_sasl_oauth_jwks");
        }
    }
}
