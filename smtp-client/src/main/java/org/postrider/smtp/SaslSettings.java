package org.postrider.smtp;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/**
 * The {@code smtp_sasl_} or {@code lmtp_sasl_} parameters of one service, read once. Names follow postconf(5) without the prefix.
 *
 * @param senderDependent {@code smtp_sender_dependent_authentication}
 * @param softBounce auth_soft_bounce
 * @param passwords tables of password_maps
 * @param delimiter password_result_delimiter
 * @param mechanismFilter words and tables
 * @param cache auth_cache_name, a table that proxymap(8) changes; empty for none
 * @param cacheTime auth_cache_time
 * @param namesItselfTwice {@code send_cyrus_sasl_authzid}: the name we log in with is also the one we act for
 */
record SaslSettings(boolean enabled, boolean senderDependent, boolean softBounce, List<String> passwords,
        String delimiter, String mechanismFilter, Set<String> options, Set<String> tlsOptions,
        Set<String> verifiedOptions, String cache, Duration cacheTime, boolean namesItselfTwice) {
    static SaslSettings of(Parameters parameters, Protocol protocol) {
        SaslSettings settings = new SaslSettings(parameters.bool(protocol.parameter("sasl_auth_enable")),
                parameters.bool(protocol.parameter("sender_dependent_authentication")),
                parameters.bool(protocol.parameter("sasl_auth_soft_bounce")),
                parameters.list(protocol.parameter("sasl_password_maps")),
                parameters.string(protocol.parameter("sasl_password_result_delimiter")),
                parameters.string(protocol.parameter("sasl_mechanism_filter")),
                Set.copyOf(parameters.list(protocol.parameter("sasl_security_options"))),
                Set.copyOf(parameters.list(protocol.parameter("sasl_tls_security_options"))),
                Set.copyOf(parameters.list(protocol.parameter("sasl_tls_verified_security_options"))),
                parameters.string(protocol.parameter("sasl_auth_cache_name")),
                parameters.time(protocol.parameter("sasl_auth_cache_time")),
                parameters.bool("send_cyrus_sasl_authzid"));
        String type = parameters.string(protocol.parameter("sasl_type"));
        if (settings.enabled && !type.equals("cyrus")) {
            throw new ConfigurationException("unsupported SASL client implementation: " + type);
        }
        if (settings.enabled && settings.passwords.isEmpty()) {
            throw new ConfigurationException(
                    "specify a password table via the " + protocol.parameter("sasl_password_maps") + " parameter");
        }
        if (!settings.cache.isEmpty() && !settings.cache.startsWith("proxy:")) {
            throw new ConfigurationException("bad " + protocol.parameter("sasl_auth_cache_name") + " value \""
                    + settings.cache + "\": the table must be a proxy: table");
        }
        return settings;
    }
}
