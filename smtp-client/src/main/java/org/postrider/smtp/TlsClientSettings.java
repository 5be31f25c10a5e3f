package org.postrider.smtp;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.daemon.TlsLogLevels;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.tls.CipherGrades;
import org.postrider.common.tls.CredentialFiles;

/**
 * The {@code smtp_tls_} or {@code lmtp_tls_} parameters of one service, read once. Names follow postconf(5) without the prefix.
 *
 * @param level security_level, or what the obsolete switches come to
 * @param perSite empty where policy_maps is used
 * @param opportunistic where TLS may be had
 * @param mandatory where it must
 * @param blocksEarlyReplies block_early_mail_reply: a server that answers before it is asked is left, as somebody may have asked in our
 *     name before the handshake (CVE-2009-3555)
 * @param starTakesAll {@code tls_wildcard_matches_multiple_labels}
 * @param verifyDepth scert_verifydepth
 * @param anchorFiles trust_anchor_file
 * @param curves {@code tls_eecdh_auto_curves}
 */
record TlsClientSettings(String prefix, String level, boolean wrapper, String policyMaps, String perSite,
        Limits opportunistic, Limits mandatory, Matches matches, String serverName, boolean reuse,
        TlsLogLevels.Settings logLevels,
        boolean notesOffers, boolean blocksEarlyReplies, boolean starTakesAll, boolean appendsDefaultAuthorities,
        int verifyDepth,
        List<String> anchorFiles,
        String fingerprintDigest,
        List<String> curves, Duration sessionTimeout, CipherGrades grades, CredentialFiles.Settings files) {
    /** Which protocols and ciphers will do: protocols, ciphers, exclude_ciphers. */
    record Limits(List<String> protocols, String grade, Set<String> excluded) {}

    /** Who the server must be: fingerprint_cert_match, verify_cert_match, secure_cert_match. */
    record Matches(List<String> fingerprint, List<String> verify, List<String> secure) {}

    static TlsClientSettings of(Parameters parameters, Protocol protocol) {
        String prefix = protocol.parameter("tls_");
        Set<String> excluded = Set.copyOf(parameters.list(prefix + "exclude_ciphers"));
        Set<String> excludedToo = new HashSet<>(excluded);
        excludedToo.addAll(parameters.list(prefix + "mandatory_exclude_ciphers"));
        String policyMaps = parameters.string(prefix + "policy_maps");
        return new TlsClientSettings(prefix, level(parameters, protocol, prefix),
                parameters.bool(prefix + "wrappermode"), policyMaps,
                policyMaps.isBlank() ? parameters.string(prefix + "per_site") : "",
                new Limits(parameters.list(prefix + "protocols"), parameters.string(prefix + "ciphers"), excluded),
                new Limits(parameters.list(prefix + "mandatory_protocols"),
                        parameters.string(prefix + "mandatory_ciphers"), Set.copyOf(excludedToo)),
                new Matches(parameters.list(prefix + "fingerprint_cert_match"),
                        parameters.list(prefix + "verify_cert_match"), parameters.list(prefix + "secure_cert_match")),
                parameters.string(prefix + "servername"), parameters.bool(prefix + "connection_reuse"),
                TlsLogLevels.Settings.of(parameters, prefix), parameters.bool(prefix + "note_starttls_offer"),
                parameters.bool(prefix + "block_early_mail_reply"),
                parameters.bool("tls_wildcard_matches_multiple_labels"), parameters.bool("tls_append_default_CA"),
                parameters.number(prefix + "scert_verifydepth"), parameters.list(prefix + "trust_anchor_file"),
                parameters.string(prefix + "fingerprint_digest"), parameters.list("tls_eecdh_auto_curves"),
                parameters.time(prefix + "session_cache_timeout"), CipherGrades.of(parameters),
                CredentialFiles.Settings.of(parameters, prefix));
    }

    private static String level(Parameters parameters, Protocol protocol, String prefix) {
        String word = parameters.string(prefix + "security_level").toLowerCase(Locale.ROOT);
        if (!word.isEmpty()) {
            if (!word.equals("dane-only") && TlsLevel.of(word).isEmpty()) {
                throw new ConfigurationException(
                        "invalid TLS level \"" + word + "\" in " + prefix + "security_level");
            }
            return word;
        }
        if (parameters.bool(protocol.parameter("enforce_tls"))) {
            return parameters.bool(prefix + "enforce_peername") ? "verify" : "encrypt";
        }
        return parameters.bool(protocol.parameter("use_tls")) ? "may" : "none";
    }

    /** What holds at this level. */
    Limits limits(TlsLevel wanted) {
        return wanted.isMandatory() ? mandatory : opportunistic;
    }

    /** The name of the parameter with tables of policies. */
    String policyMapsName() {
        return prefix + "policy_maps";
    }
}
