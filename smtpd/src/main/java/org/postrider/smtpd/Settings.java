package org.postrider.smtpd;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.ipc.Utf8Detection;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.mail.ProbeSender;
import org.postrider.common.smtp.BareNewline;

/** What main.cf says about the SMTP server, read once for a service. {@link Site} opens the lists and tables. */
record Settings(Names names, Limits limits, Conduct conduct, Codes codes, TemporaryFailures later, Words words,
        Lists lists, Maps maps, RestrictionSettings restrictions, Utf8Detection utf8Detection,
        Set<Omission> overrides) {
    /** What is left out when mail is taken in (receive_override_options). */
    enum Omission {
        NO_UNKNOWN_RECIPIENT_CHECKS, NO_ADDRESS_MAPPINGS, NO_HEADER_BODY_CHECKS, NO_MILTERS
    }

    /** How the system is called. */
    record Names(String hostname, String mailName, String banner, String origin, AddressExtension extensions,
            String nullSenderKey, String stress,
            String compatibilityLevel, String mailVersion, String verpDelimiters, String verpFilter,
            ProbeSender probeSender) {
        Farewells farewells() {
            return new Farewells(hostname);
        }
    }

    /** Sizes, numbers and times; 0 is no limit where postconf(5) says so. */
    record Limits(int lineLength, long messageSize, long queueMinFree, int recipients, int recipientOvershoot,
            Duration timeout, boolean perRequestDeadline, int minDataRate, Duration errorSleep, int softErrors,
            int hardErrors, int junkCommands, int historyFlush) {}

    /** Switches. */
    record Conduct(boolean delayReject, boolean heloRequired, boolean disableVrfy, boolean strictEnvelopes,
            boolean softBounce, boolean forbidUnauthPipelining, boolean relayBeforeRecipient,
            boolean rejectUnlistedRecipient, boolean rejectUnlistedSender, boolean peernameLookup, boolean portLogging,
            boolean hideClientSession, boolean smtputf8, boolean strictSmtputf8, boolean requireTls,
            boolean requireTlsHeader, boolean delayOpen,
            BareNewline bareNewline,
            int bareNewlineCode, AddressForm loggedAddresses, boolean allowsRouting) {}

    /** SMTP reply codes of the restrictions. */
    record Codes(int reject, int defer, int mapReject, int mapDefer, int invalidHostname, int unknownHostname,
            int nonFqdn, int unknownClient, int unknownAddress, int relayDenied, int unknownLocal, int unknownAlias,
            int unknownMailbox, int unknownRelay, int multiRecipientBounce, int plaintext) {}

    /**
     * What is done when a question that decides over a client can't be answered now: true where it is told to come again at once, false
     * where only if nothing else is against it (reject_tempfail_action).
     */
    record TemporaryFailures(boolean addressAtOnce, boolean heloAtOnce) {}

    /** Word lists that are looked at as they are. */
    record Words(Set<String> noopCommands, Set<String> discardedKeywords, Set<String> notifyClasses,
            String rejectFooter, String contentFilter) {}

    /**
     * Lists of networks, names and words that may name tables; as written, to be opened by {@link Site}.
     *
     * @param parents parent_domain_matches_subdomains
     */
    record Lists(Set<String> parents, String myNetworks, String backupNetworks, String verpClients,
            String loggedPermissions, String forbiddenCommands, String bareNewlineExclusions, String unlimitedClients,
            String xclientHosts, String xforwardHosts) {}

    /**
     * Tables by their names.
     *
     * @param rewriting tables that make a recipient known whatever its own table says
     * @param senderRewriting the same for senders alone
     * @param relocated who has moved
     * @param reserved local parts that are always known, in lower case
     */
    record Maps(List<String> discardedKeywords, List<String> rejectFooter, List<String> rejectFilter,
            List<String> relayCertificates,
            List<String> senderLogins, List<String> commandFilter, List<String> rblReplies, List<String> rewriting,
            List<String> senderRewriting, List<String> relocated,
            List<String> aliases, List<String> localRecipients, List<String> virtualMailboxes,
            List<String> relayRecipients, Set<String> reserved, boolean showsTableNames) {}

    static Settings of(Parameters parameters) {
        return new Settings(names(parameters), limits(parameters), conduct(parameters), codes(parameters),
                new TemporaryFailures(isAtOnce(parameters, "unknown_address_tempfail_action"),
                        isAtOnce(parameters, "unknown_helo_hostname_tempfail_action")),
                words(parameters), lists(parameters), maps(parameters), RestrictionSettings.of(parameters),
                Utf8Detection.of(parameters), overrides(parameters));
    }

    private static Set<Omission> overrides(Parameters parameters) {
        Set<Omission> found = EnumSet.noneOf(Omission.class);
        for (String word : parameters.list("receive_override_options")) {
            try {
                found.add(Omission.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException _) {
                throw new ConfigurationException("unknown receive_override_options value \"" + word + "\" in \""
                        + parameters.string("receive_override_options") + '"');
            }
        }
        return Collections.unmodifiableSet(found);
    }

    private static Lists lists(Parameters parameters) {
        return new Lists(Set.copyOf(parameters.list("parent_domain_matches_subdomains")),
                parameters.string("mynetworks"), parameters.string("permit_mx_backup_networks"),
                parameters.string("smtpd_authorized_verp_clients"),
                parameters.string("smtpd_log_access_permit_actions"), parameters.string("smtpd_forbidden_commands"),
                parameters.string("smtpd_forbid_bare_newline_exclusions"),
                parameters.string("smtpd_client_event_limit_exceptions"),
                parameters.string("smtpd_authorized_xclient_hosts"),
                parameters.string("smtpd_authorized_xforward_hosts"));
    }

    private static Maps maps(Parameters parameters) {
        return new Maps(parameters.list("smtpd_discard_ehlo_keyword_address_maps"),
                parameters.list("smtpd_reject_footer_maps"), parameters.list("smtpd_reject_filter_maps"),
                parameters.list("relay_clientcerts"),
                parameters.list("smtpd_sender_login_maps"), parameters.list("smtpd_command_filter"),
                parameters.list("rbl_reply_maps"),
                Stream.of("canonical_maps", "recipient_canonical_maps", "virtual_alias_maps")
                        .flatMap(name -> parameters.list(name).stream()).toList(),
                parameters.list("sender_canonical_maps"), parameters.list("relocated_maps"),
                parameters.list("alias_maps"), parameters.list("local_recipient_maps"),
                parameters.list("virtual_mailbox_maps"), parameters.list("relay_recipient_maps"),
                Set.of("postmaster", "mailer-daemon",
                        parameters.string("double_bounce_sender").toLowerCase(Locale.ROOT)),
                parameters.bool("show_user_unknown_table_name"));
    }

    /** The value of reject_tempfail_action and its kin: {@code defer} or {@code defer_if_permit}. */
    static boolean isAtOnce(Parameters parameters, String name) {
        return switch (parameters.string(name)) {
            case "defer" -> true;
            case "defer_if_permit" -> false;
            default -> throw new ConfigurationException("bad configuration: " + name + " = " + parameters.string(name));
        };
    }

    private static Names names(Parameters parameters) {
        return new Names(parameters.string("myhostname"), parameters.string("mail_name"),
                parameters.string("smtpd_banner"), parameters.string("myorigin"),
                AddressExtension.of(parameters), parameters.string("smtpd_null_access_lookup_key"),
                parameters.string("stress"), parameters.string("compatibility_level"),
                parameters.string("mail_version"), parameters.string("default_verp_delimiters"),
                parameters.string("verp_delimiter_filter"),
                ProbeSender.of(parameters.string("address_verify_sender"), parameters.string("myorigin"),
                        parameters.time("address_verify_sender_ttl")));
    }

    private static Limits limits(Parameters parameters) {
        int hard = parameters.number("smtpd_hard_error_limit");
        return new Limits(parameters.number("line_length_limit"), parameters.longNumber("message_size_limit"),
                parameters.longNumber("queue_minfree"), parameters.number("smtpd_recipient_limit"),
                parameters.number("smtpd_recipient_overshoot_limit"), parameters.time("smtpd_timeout"),
                parameters.bool("smtpd_per_request_deadline"), parameters.number("smtpd_min_data_rate"),
                parameters.time("smtpd_error_sleep_time"), Math.min(parameters.number("smtpd_soft_error_limit"), hard),
                hard, parameters.number("smtpd_junk_command_limit"),
                parameters.number("smtpd_history_flush_threshold"));
    }

    private static Conduct conduct(Parameters parameters) {
        return new Conduct(parameters.bool("smtpd_delay_reject"), parameters.bool("smtpd_helo_required"),
                parameters.bool("disable_vrfy_command"), parameters.bool("strict_rfc821_envelopes"),
                parameters.bool("soft_bounce"), parameters.bool("smtpd_forbid_unauth_pipelining"),
                parameters.bool("smtpd_relay_before_recipient_restrictions"),
                parameters.bool("smtpd_reject_unlisted_recipient"), parameters.bool("smtpd_reject_unlisted_sender"),
                parameters.bool("smtpd_peername_lookup"), parameters.bool("smtpd_client_port_logging"),
                parameters.bool("smtpd_hide_client_session"), parameters.bool("smtputf8_enable"),
                parameters.bool("smtputf8_enable") && parameters.bool("strict_smtputf8"),
                parameters.bool("requiretls_enable"), parameters.bool("requiretls_esmtp_header"),
                parameters.bool("smtpd_delay_open_until_valid_rcpt"),
                bareNewline(parameters.string("smtpd_forbid_bare_newline")),
                parameters.number("smtpd_forbid_bare_newline_reject_code"), AddressForm.of(parameters),
                parameters.bool("allow_untrusted_routing"));
    }

    private static BareNewline bareNewline(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "no" -> BareNewline.NO;
            case "yes", "normalize" -> BareNewline.NORMALIZE;
            case "reject" -> BareNewline.REJECT;
            case "note" -> BareNewline.NOTE;
            default -> throw new ConfigurationException("bad configuration: smtpd_forbid_bare_newline = " + value);
        };
    }

    private static Codes codes(Parameters parameters) {
        return new Codes(parameters.number("reject_code"), parameters.number("defer_code"),
                parameters.number("access_map_reject_code"), parameters.number("access_map_defer_code"),
                parameters.number("invalid_hostname_reject_code"), parameters.number("unknown_hostname_reject_code"),
                parameters.number("non_fqdn_reject_code"), parameters.number("unknown_client_reject_code"),
                parameters.number("unknown_address_reject_code"), parameters.number("relay_domains_reject_code"),
                parameters.number("unknown_local_recipient_reject_code"),
                parameters.number("unknown_virtual_alias_reject_code"),
                parameters.number("unknown_virtual_mailbox_reject_code"),
                parameters.number("unknown_relay_recipient_reject_code"),
                parameters.number("multi_recipient_bounce_reject_code"), parameters.number("plaintext_reject_code"));
    }

    private static Words words(Parameters parameters) {
        return new Words(upperCase(parameters.list("smtpd_noop_commands")),
                upperCase(parameters.list("smtpd_discard_ehlo_keywords")),
                Set.copyOf(parameters.list("notify_classes")),
                parameters.raw("smtpd_reject_footer"),
                parameters.string("content_filter"));
    }

    private static Set<String> upperCase(List<String> words) {
        return words.stream().map(word -> word.toUpperCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }
}
