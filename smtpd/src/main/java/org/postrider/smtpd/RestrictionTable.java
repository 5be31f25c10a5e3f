package org.postrider.smtpd;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postrider.common.lookup.LookupResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The restrictions by name (postconf(5), smtpd_client_restrictions and following). */
final class RestrictionTable {
    private static final Map<String, Restriction> PLAIN = Map.ofEntries(
            Map.entry("permit", _ -> Verdict.PERMIT), Map.entry("reject", GeneralRestrictions::reject),
            Map.entry("defer", GeneralRestrictions::defer),
            Map.entry("defer_if_permit", GeneralRestrictions::deferIfPermit),
            Map.entry("defer_if_reject", GeneralRestrictions::deferIfReject),
            Map.entry("reject_plaintext_session", GeneralRestrictions::rejectPlaintextSession),
            Map.entry("reject_unauth_pipelining", GeneralRestrictions::rejectUnauthPipelining),
            Map.entry("reject_multi_recipient_bounce", GeneralRestrictions::rejectMultiRecipientBounce),
            Map.entry("permit_mynetworks", ClientRestrictions::permitMyNetworks),
            Map.entry("permit_mx_backup", BackupRestriction::permit),
            Map.entry("permit_naked_ip_address", HeloRestrictions::permitNakedAddress),
            Map.entry("permit_inet_interfaces", ClientRestrictions::permitInetInterfaces),
            Map.entry("permit_sasl_authenticated", LoginRestrictions::permitAuthenticated),
            Map.entry("reject_sender_login_mismatch", LoginRestrictions::rejectMismatch),
            Map.entry("reject_authenticated_sender_login_mismatch", LoginRestrictions::rejectAuthenticated),
            Map.entry("reject_known_sender_login_mismatch", LoginRestrictions::rejectKnown),
            Map.entry("reject_unauthenticated_sender_login_mismatch", LoginRestrictions::rejectUnauthenticated),
            Map.entry("permit_tls_all_clientcerts", CertificateRestrictions::permitAllTrusted),
            Map.entry("permit_tls_clientcerts", CertificateRestrictions::permitListed),
            Map.entry("reject_unknown_client_hostname", ClientRestrictions::rejectUnknownHostname),
            Map.entry("reject_unknown_client", ClientRestrictions::rejectUnknownHostname),
            Map.entry("reject_unknown_reverse_client_hostname", ClientRestrictions::rejectUnknownReverseHostname),
            Map.entry("reject_invalid_helo_hostname", HeloRestrictions::rejectInvalid),
            Map.entry("reject_invalid_hostname", HeloRestrictions::rejectInvalid),
            Map.entry("reject_non_fqdn_helo_hostname", HeloRestrictions::rejectNonFqdn),
            Map.entry("reject_non_fqdn_hostname", HeloRestrictions::rejectNonFqdn),
            Map.entry("reject_unknown_helo_hostname", HeloRestrictions::rejectUnknown),
            Map.entry("reject_unknown_hostname", HeloRestrictions::rejectUnknown),
            Map.entry("reject_non_fqdn_sender", AddressRestrictions::rejectNonFqdnSender),
            Map.entry("reject_non_fqdn_recipient", AddressRestrictions::rejectNonFqdnRecipient),
            Map.entry("reject_unknown_sender_domain", AddressRestrictions::rejectUnknownSenderDomain),
            Map.entry("reject_unknown_address", AddressRestrictions::rejectUnknownSenderDomain),
            Map.entry("reject_unknown_recipient_domain", AddressRestrictions::rejectUnknownRecipientDomain),
            Map.entry("reject_unlisted_sender", AddressRestrictions::rejectUnlistedSender),
            Map.entry("reject_unlisted_recipient", AddressRestrictions::rejectUnlistedRecipient),
            Map.entry("check_recipient_maps", AddressRestrictions::rejectUnlistedRecipient),
            Map.entry("permit_auth_destination", RelayRestrictions::permitAuthDestination),
            Map.entry("reject_unauth_destination", RelayRestrictions::rejectUnauthDestination),
            Map.entry("defer_unauth_destination", RelayRestrictions::deferUnauthDestination));

    private static final Set<String> WITH_ARGUMENT = Set.of("check_client_access",
            "check_reverse_client_hostname_access",
            "check_helo_access", "check_sender_access", "check_recipient_access", "check_sasl_access",
            "check_ccert_access", "check_etrn_access", "sleep", "check_policy_service", "reject_rbl_client",
            "reject_rhsbl_client", "reject_rhsbl_reverse_client", "reject_rhsbl_helo", "reject_rhsbl_sender",
            "reject_rhsbl_recipient", "permit_dnswl_client", "permit_rhswl_client");
    private static final Pattern HOST_ACCESS = Pattern
            .compile("check_(client|reverse_client_hostname|helo|sender|recipient)_(mx|ns|a)_access");

    private static final Logger log = LoggerFactory.getLogger(RestrictionTable.class);

    private RestrictionTable() {}

    /** A restriction that stands alone; null for an unknown name. */
    static @Nullable Restriction plain(String name, RestrictionParts parts) {
        return switch (name) {
            case "reject_unverified_sender" -> parts.verification()::rejectUnverifiedSender;
            case "reject_unverified_recipient" -> parts.verification()::rejectUnverifiedRecipient;
            case "check_relay_domains" -> RelayRestrictions.checkRelayDomains();
            case "reject_maps_rbl" -> parts.dnsLists()::rejectListed;
            case "reject_authenticated_sender_login_mismatch", "reject_known_sender_login_mismatch",
                    "reject_unauthenticated_sender_login_mismatch" ->
                parts.settings().authenticates() ? PLAIN.get(name) : complaint(withoutLogins(name));
            case "reject_sender_login_mismatch" -> parts.settings().authenticates()
                    ? PLAIN.get(name)
                    : complaint(withoutLogins("reject_authenticated_sender_login_mismatch"),
                            withoutLogins("reject_unauthenticated_sender_login_mismatch"));
            case "permit_tls_clientcerts", "permit_tls_all_clientcerts" ->
                parts.settings().asksForCertificates()
                        ? PLAIN.get(name)
                        : underTls(complaint(withoutCertificates(name)));
            default -> PLAIN.get(name);
        };
    }

    /** True for a restriction whose permission is its own, not that of a table, a policy server or a list. */
    static boolean decidesByName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return PLAIN.containsKey(lower) || lower.startsWith("permit_");
    }

    static boolean takesArgument(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return WITH_ARGUMENT.contains(lower) || HOST_ACCESS.matcher(lower).matches();
    }

    /** A restriction with the word that follows it. */
    static Restriction withArgument(String name, String argument, RestrictionParts parts, RestrictionParser parser) {
        if (name.equals("sleep")) {
            return inquiry -> GeneralRestrictions.sleep(inquiry, argument);
        }
        if (name.equals("check_policy_service")) {
            return new PolicyRestriction(parts.settings().policyServer().parse(argument), parser);
        }
        if (name.startsWith("reject_r") || name.startsWith("permit_")) {
            return parts.dnsLists().of(name, argument);
        }
        if (name.equals("check_ccert_access") && !parts.settings().asksForCertificates()) {
            return complaint(withoutCertificates(name));
        }
        if (name.equals("check_sasl_access") && !parts.settings().authenticates()) {
            return complaint(withoutLogins(name));
        }
        if (name.equals("check_ccert_access")) {
            CertificateSearch search = CertificateSearch.parse(argument);
            AccessTables.Table searched = parts.tables().open(search.table());
            return new AccessRestriction(searched.name(), Subject.CERTIFICATE,
                    inquiry -> CertificateRestrictions.look(inquiry, searched, search), parser);
        }
        AccessTables.Table table = parts.tables().open(argument);
        Matcher host = HOST_ACCESS.matcher(name);
        if (host.matches()) {
            return hostAccess(name, host.group(1), HostAccess.Kind.valueOf(host.group(2).toUpperCase(Locale.ROOT)),
                    table,
                    parser);
        }
        return access(name, table, parser);
    }

    /** A restriction that can't have an opinion with this configuration, and says so each time. */
    private static Restriction complaint(String... lines) {
        return _ -> {
            for (String line : lines) {
                log.warn("{}", line);
            }
            return Verdict.DUNNO;
        };
    }

    /** As Postfix: in the clear there is no word of it. */
    private static Restriction underTls(Restriction restriction) {
        return inquiry -> inquiry.session().tls().isPresent() ? restriction.ask(inquiry) : Verdict.DUNNO;
    }

    private static String withoutCertificates(String name) {
        return name + " is requested, but \"smtpd_tls_ask_ccert = no\"";
    }

    private static String withoutLogins(String name) {
        return "restriction `" + name + "' ignored: no SASL support";
    }

    private static Restriction hostAccess(String name, String whose, HostAccess.Kind kind, AccessTables.Table table,
            RestrictionParser parser) {
        return switch (whose) {
            case "client" ->
                new HostAccess(name, kind, Subject.CLIENT, inquiry -> inquiry.client().name().name(), table,
                        parser);
            case "reverse_client_hostname" -> new HostAccess(name, kind, Subject.REVERSE_CLIENT,
                    inquiry -> inquiry.client().name().reverseName(), table, parser);
            case "helo" -> new HostAccess(name, kind, Subject.HELO, Inquiry::helo, table, parser);
            case "sender" -> new HostAccess(name, kind, Subject.SENDER, inquiry -> AddressText.site(inquiry.sender()),
                    table, parser);
            default -> new HostAccess(name, kind, Subject.RECIPIENT, inquiry -> AddressText.site(inquiry.recipient()),
                    table, parser);
        };
    }

    private static Restriction access(String name, AccessTables.Table table, RestrictionParser parser) {
        return switch (name) {
            case "check_client_access" -> new AccessRestriction(table.name(), Subject.CLIENT,
                    inquiry -> table.client(inquiry.client().name().name(), inquiry.client().addressText()), parser);
            case "check_reverse_client_hostname_access" -> new AccessRestriction(table.name(), Subject.REVERSE_CLIENT,
                    inquiry -> table.client(inquiry.client().name().reverseName(), inquiry.client().addressText()),
                    parser);
            case "check_helo_access" -> new AccessRestriction(table.name(), Subject.HELO,
                    inquiry -> table.domain(inquiry.helo()), parser);
            case "check_sasl_access" -> new AccessRestriction(table.name(), Subject.LOGIN,
                    inquiry -> inquiry.session().login().map(login -> table.exact(login.user()))
                            .orElse(AccessTables.NOTHING),
                    parser);
            case "check_etrn_access" -> new AccessRestriction(table.name(), Subject.ETRN,
                    inquiry -> table.domain(inquiry.etrnDomain()), parser);
            case "check_sender_access" -> new AccessRestriction(table.name(), Subject.SENDER,
                    inquiry -> inquiry.hasSender() ? address(inquiry, table, inquiry.sender()) : AccessTables.NOTHING,
                    parser);
            default -> new AccessRestriction(table.name(), Subject.RECIPIENT,
                    inquiry -> inquiry.recipient().isEmpty()
                            ? AccessTables.NOTHING
                            : address(inquiry, table, inquiry.recipient()),
                    parser);
        };
    }

    private static LookupResult address(Inquiry inquiry, AccessTables.Table table, String address) {
        if (address.isEmpty()) {
            return table.address(address);
        }
        return inquiry.complete(address).map(table::address)
                .orElseGet(() -> new LookupResult.Unavailable("address resolve service"));
    }

    /** Seconds of {@code sleep}; bounded, as a mistake there must not hold sessions for days. */
    static Duration seconds(String argument) {
        try {
            return Duration.ofSeconds(Math.clamp(Long.parseLong(Objects.requireNonNull(argument)), 0, 3600));
        } catch (NumberFormatException _) {
            return Duration.ZERO;
        }
    }
}
