package org.postrider.smtpd;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postrider.common.config.CompatibilityLevel;
import org.postrider.common.config.LegacyDefaults;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.SystemDefaults;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log when an old default, kept by a low {@code compatibility_level}, decides about a client or an address, in the
 * words of COMPATIBILITY_README. One object per service; safe for many threads.
 */
final class LegacyNotices {
    private static final Logger log = LoggerFactory.getLogger(LegacyNotices.class);
    private static final String USING = "using backwards-compatible default setting ";

    private final Settings settings;
    private final MatchList hostNetworks;
    private final AtomicBoolean digestSaid = new AtomicBoolean();

    /**
     * Which old defaults are in force.
     *
     * @param hostNetworks what mynetworks would be
     * @param newRelayRestrictions what smtpd_relay_restrictions would be where an old default stands in its place; else empty
     */
    record Settings(boolean oldNetworks, String hostNetworks, boolean oldRelayDomains, boolean oldFlushDomains,
            boolean oldUtf8, boolean oldRelayOrder, boolean oldDigest, List<String> newRelayRestrictions) {
        static Settings of(Parameters parameters) {
            LegacyDefaults kept = LegacyDefaults.of(parameters);
            boolean relayDomains = kept.keeps("relay_domains");
            return new Settings(parameters.isSet(SystemDefaults.HOST_NETWORKS),
                    parameters.string(SystemDefaults.HOST_NETWORKS), relayDomains,
                    relayDomains && !parameters.isSet("fast_flush_domains"), kept.keeps("smtputf8_enable"),
                    kept.keeps("smtpd_relay_before_recipient_restrictions"), kept.keeps("smtpd_tls_fingerprint_digest"),
                    kept.keeps("smtpd_relay_restrictions") ? newDefault(parameters) : List.of());
        }

        private static List<String> newDefault(Parameters parameters) {
            CompatibilityLevel newest = LegacyDefaults.newest();
            return parameters.with(Map.of("compatibility_level", newest.text())).list("smtpd_relay_restrictions");
        }
    }

    LegacyNotices(Settings settings, Tables tables) {
        this.settings = settings;
        this.hostNetworks = MatchList.hosts(settings.hostNetworks, false, tables);
    }

    /** What smtpd_relay_restrictions would hold at a higher level; empty when no old default stands in its place. */
    List<String> newRelayRestrictions() {
        return settings.newRelayRestrictions;
    }

    /** A client is in mynetworks; the new default would be host addresses only. */
    void permitted(Client client) {
        if (settings.oldNetworks && !hostNetworks.match(client.name().name(), client.addressText()).matches()) {
            log.info("{}mynetworks_style=subnet to permit request from client \"{}\"", USING, client.title());
        }
    }

    /** Mail for a domain of class relay is not relaying. */
    void acceptedDomain(String domain) {
        if (settings.oldRelayDomains) {
            log.info("{}relay_domains=$mydestination to accept mail for domain \"{}\"", USING, domain);
        }
    }

    /** An address of class relay is taken. */
    void acceptedAddress(String address) {
        if (settings.oldRelayDomains) {
            log.info("{}relay_domains=$mydestination to accept mail for address \"{}\"", USING, address);
        }
    }

    /** ETRN for a site was accepted. */
    void flushed(String domain) {
        if (settings.oldFlushDomains) {
            log.info("{}relay_domains=$mydestination to flush mail for domain \"{}\"", USING, domain);
        }
    }

    /** @param role {@code sender} or {@code recipient} */
    void acceptedUtf8(String role, String address, Client client) {
        if (settings.oldUtf8) {
            log.info("{}smtputf8_enable=no to accept non-ASCII {} address \"{}\" from {}", USING, role,
                    withoutNonAscii(address), client.title());
        }
    }

    /** The recipient restrictions, asked before those about relaying, have refused. */
    void refusedBeforeRelayRestrictions(String recipient, Client client) {
        if (settings.oldRelayOrder) {
            log.info("{}smtpd_relay_before_recipient_restrictions=no to reject recipient \"{}\" from client \"{}\"",
                    USING, recipient, client.title());
        }
    }

    /** The new default of smtpd_relay_restrictions would have refused. */
    void avoidedRefusal(String recipient, Client client) {
        log.info("{}\"smtpd_relay_restrictions = (empty)\" to avoid \"Relay access denied\" error for recipient \"{}\""
                + " from client \"{}\"", USING, recipient, client.title());
    }

    /** A fingerprint may have decided something; said once. */
    void usedFingerprint() {
        if (settings.oldDigest && digestSaid.compareAndSet(false, true)) {
            log.info("{}smtpd_tls_fingerprint_digest=md5 to compute certificate fingerprints", USING);
        }
    }

    private static String withoutNonAscii(String address) {
        StringBuilder text = new StringBuilder(address);
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) > '~') {
                text.setCharAt(at, '?');
            }
        }
        return text.toString();
    }
}
