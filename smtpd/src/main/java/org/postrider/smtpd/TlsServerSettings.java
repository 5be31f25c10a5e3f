package org.postrider.smtpd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.daemon.TlsLogLevels;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.tls.CipherGrades;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.wire.TlsContext;
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
 * @param excluded ciphers, likewise; where a client is asked for a certificate those without authentication, too
 * @param ownOrder {@code tls_preempt_cipherlist}: the server's order of ciphers counts
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
        Set<String> excluded, boolean ownOrder,
        CipherGrades grades, List<String> curves, Duration sessionTimeout, Duration handshakeLimit,
        String fingerprintDigest, boolean appendsDefaultAuthorities, int verifyDepth, boolean trustsServers,
        CredentialFiles.Settings files) {
    private static final Logger log = LoggerFactory.getLogger(TlsServerSettings.class);
    private static final String PREFIX = "smtpd_tls_";
    /** Curves of the default that no library here has; nobody has asked for them. */
    private static final Set<String> ABSENT = Set.of("X448");

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
                asks(parameters, required), requiresCertificate(parameters, required),
                parameters.list(which + "protocols"), parameters.string(which + "ciphers"),
                excluded(parameters, required), parameters.bool("tls_preempt_cipherlist"),
                CipherGrades.of(parameters), curves(parameters),
                parameters.time(PREFIX + "session_cache_timeout"), parameters.time("smtpd_starttls_timeout"),
                parameters.string(PREFIX + "fingerprint_digest"), parameters.bool("tls_append_default_CA"),
                parameters.number(PREFIX + "ccert_verifydepth"), parameters.bool("tls_trust_server_ccerts"),
                files(parameters));
    }

    private static CredentialFiles.Settings files(Parameters parameters) {
        CredentialFiles.Settings files = CredentialFiles.Settings.of(parameters, PREFIX);
        if (!files.chains().isEmpty() && !files.pairs().isEmpty()) {
            // Two blanks, as in Postfix's line.
            log.warn(
                    "Both smtpd_tls_chain_files and one or more of the legacy  smtpd_tls_cert_file, smtpd_tls_eccert_file"
                            + " or smtpd_tls_dcert_file are non-empty; the legacy  parameters will be ignored");
        }
        return files;
    }

    private static List<String> curves(Parameters parameters) {
        List<String> curves = new ArrayList<>();
        for (String word : parameters.list("tls_eecdh_auto_curves")) {
            boolean mayBeUnknown = word.startsWith("?");
            String name = mayBeUnknown ? word.substring(1).split(":", -1)[0] : word;
            curves.add(name);
            if (!mayBeUnknown && !ABSENT.contains(name) && !TlsContext.knowsGroup(name)) {
                log.warn("ignoring unknown ECDHE curve \"{}\"", name);
            }
        }
        return List.copyOf(curves);
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

    private static boolean asks(Parameters parameters, boolean required) {
        return parameters.bool(PREFIX + "ask_ccert") || requiresCertificate(parameters, required);
    }

    private static Set<String> excluded(Parameters parameters, boolean required) {
        Set<String> words = new LinkedHashSet<>(parameters.list(PREFIX + "exclude_ciphers"));
        if (required) {
            words.addAll(parameters.list("smtpd_tls_mandatory_exclude_ciphers"));
        }
        if (asks(parameters, required)) {
            words.add("aNULL");
        }
        return words;
    }

    private static boolean requiresCertificate(Parameters parameters, boolean required) {
        return required && parameters.bool(PREFIX + "req_ccert");
    }

    /** Nothing but TLS will do. */
    boolean isRequired() {
        return level == Level.ENCRYPT;
    }
}
