package org.postrider.smtpd;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postrider.common.daemon.TlsLogLevels;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.tls.CipherGrades;
import org.postrider.common.tls.CredentialFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code smtpd_tls_} parameters of a service, read once. Names follow postconf(5) without the prefix.
 *
 * @param level security_level, or what the obsolete switches come to
 * @param nameMaps {@code tls_server_sni_maps}
 * @param authOnly nobody logs in without TLS
 * @param protocols for opportunistic or mandatory TLS, as the level has it
 * @param grade of ciphers, likewise
 * @param excluded ciphers, likewise
 * @param asks a client is asked for a certificate: ask_ccert, req_ccert
 * @param requiresCertificate a client has to show one that is trusted: req_ccert, where TLS is mandatory
 * @param curves {@code tls_eecdh_auto_curves}, without marks
 * @param sessionTimeout no session is taken up again when it is zero
 * @param handshakeLimit {@code smtpd_starttls_timeout}
 * @param verifyDepth ccert_verifydepth
 * @param trustsServers {@code tls_trust_server_ccerts}: a client's certificate may be one for servers
 */
record TlsServerSettings(Level level, boolean wrapper, TlsLogLevels.Settings logLevels, List<String> nameMaps,
        boolean authOnly,
        boolean inHeader, boolean asks, boolean requiresCertificate, List<String> protocols, String grade,
        Set<String> excluded,
        CipherGrades grades, List<String> curves, Duration sessionTimeout, Duration handshakeLimit,
        String fingerprintDigest, boolean appendsDefaultAuthorities, int verifyDepth, boolean trustsServers,
        CredentialFiles.Settings files) {
    private static final Logger log = LoggerFactory.getLogger(TlsServerSettings.class);
    private static final String PREFIX = "smtpd_tls_";

    /** security_level. */
    enum Level {
        NONE, MAY, ENCRYPT
    }

    static TlsServerSettings of(Parameters parameters) {
        boolean wrapper = parameters.bool(PREFIX + "wrappermode");
        Level level = wrapper ? Level.ENCRYPT : level(parameters);
        boolean required = level == Level.ENCRYPT;
        if (level == Level.MAY && parameters.bool(PREFIX + "req_ccert")) {
            log.warn("Can't require client certs unless TLS is required");
        }
        String which = required ? "smtpd_tls_mandatory_" : PREFIX;
        return new TlsServerSettings(level, wrapper, TlsLogLevels.Settings.of(parameters, PREFIX),
                parameters.list("tls_server_sni_maps"), required || parameters.bool(PREFIX + "auth_only"),
                parameters.bool(PREFIX + "received_header"),
                parameters.bool(PREFIX + "ask_ccert") || requiresCertificate(parameters, required),
                requiresCertificate(parameters, required),
                parameters.list(which + "protocols"), parameters.string(which + "ciphers"),
                Stream.of(PREFIX, which).flatMap(one -> parameters.list(one + "exclude_ciphers").stream())
                        .collect(Collectors.toSet()),
                CipherGrades.of(parameters), parameters.list("tls_eecdh_auto_curves").stream()
                        .map(name -> name.startsWith("?") ? name.substring(1).split(":", -1)[0] : name).toList(),
                parameters.time(PREFIX + "session_cache_timeout"), parameters.time("smtpd_starttls_timeout"),
                parameters.string(PREFIX + "fingerprint_digest"), parameters.bool("tls_append_default_CA"),
                parameters.number(PREFIX + "ccert_verifydepth"), parameters.bool("tls_trust_server_ccerts"),
                CredentialFiles.Settings.of(parameters, PREFIX));
    }

    private static Level level(Parameters parameters) {
        String word = parameters.string("smtpd_tls_security_level").toLowerCase(Locale.ROOT);
        return switch (word) {
            case "" -> parameters.bool("smtpd_enforce_tls")
                    ? Level.ENCRYPT
                    : parameters.bool("smtpd_use_tls") ? Level.MAY : Level.NONE;
            case "none" -> Level.NONE;
            case "may" -> Level.MAY;
            case "encrypt" -> Level.ENCRYPT;
            case "fingerprint", "verify", "secure", "dane", "dane-only" -> {
                log.warn("smtpd_tls_security_level: unsupported TLS level \"{}\", using \"encrypt\"", word);
                yield Level.ENCRYPT;
            }
            default ->
                throw new ConfigurationException("invalid TLS level \"" + word + "\" in smtpd_tls_security_level");
        };
    }

    private static boolean requiresCertificate(Parameters parameters, boolean required) {
        return required && parameters.bool(PREFIX + "req_ccert");
    }

    /** Nothing but TLS will do. */
    boolean isRequired() {
        return level == Level.ENCRYPT;
    }
}
