package org.postrider.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The restrictions of smtpd that postconf(5) documents, old names among them. */
final class RestrictionNames {
    private static final int CLOSE = 3;
    private static final Set<String> PLAIN = Set.of("permit", "reject", "defer", "defer_if_permit", "defer_if_reject",
            "warn_if_reject", "permit_auth_destination", "permit_inet_interfaces", "permit_mx_backup",
            "permit_mynetworks", "permit_naked_ip_address", "permit_sasl_authenticated", "permit_tls_all_clientcerts",
            "permit_tls_clientcerts", "reject_authenticated_sender_login_mismatch", "reject_invalid_helo_hostname",
            "reject_invalid_hostname", "reject_known_sender_login_mismatch", "reject_multi_recipient_bounce",
            "reject_non_fqdn_helo_hostname", "reject_non_fqdn_hostname", "reject_non_fqdn_recipient",
            "reject_non_fqdn_sender", "reject_plaintext_session", "reject_sender_login_mismatch",
            "reject_unauth_destination", "defer_unauth_destination", "reject_unauth_pipelining",
            "reject_unauthenticated_sender_login_mismatch", "reject_unknown_address", "reject_unknown_client",
            "reject_unknown_client_hostname", "reject_unknown_forward_client_hostname",
            "reject_unknown_helo_hostname", "reject_unknown_hostname", "reject_unknown_recipient_domain",
            "reject_unknown_reverse_client_hostname", "reject_unknown_sender_domain", "reject_unlisted_recipient",
            "reject_unlisted_sender", "reject_unverified_recipient", "reject_unverified_sender",
            "check_recipient_maps", "check_relay_domains", "reject_maps_rbl");
    private static final Set<String> WITH_ARGUMENT = withArgument();

    private RestrictionNames() {}

    private static Set<String> withArgument() {
        List<String> names = new ArrayList<>(List.of("check_ccert_access", "check_etrn_access", "check_sasl_access",
                "check_policy_service", "sleep", "permit_dnswl_client", "permit_rhswl_client", "reject_rbl_client",
                "reject_rhsbl_client", "reject_rhsbl_helo", "reject_rhsbl_recipient", "reject_rhsbl_reverse_client",
                "reject_rhsbl_sender"));
        for (String subject : List.of("client", "reverse_client_hostname", "helo", "sender", "recipient")) {
            for (String kind : List.of("", "_a", "_mx", "_ns")) {
                names.add("check_" + subject + kind + "_access");
            }
        }
        return Set.copyOf(names);
    }

    static boolean isKnown(String word) {
        String name = word.toLowerCase(Locale.ROOT);
        return PLAIN.contains(name) || WITH_ARGUMENT.contains(name);
    }

    static boolean takesArgument(String word) {
        return WITH_ARGUMENT.contains(word.toLowerCase(Locale.ROOT));
    }

    /** The restriction that differs least, when it differs little. */
    static Optional<String> near(String word) {
        String name = word.toLowerCase(Locale.ROOT);
        Set<String> all = new TreeSet<>(PLAIN);
        all.addAll(WITH_ARGUMENT);
        String best = "";
        int least = CLOSE;
        for (String each : all) {
            int distance = EditDistance.of(name, each, least);
            if (distance < least) {
                least = distance;
                best = each;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }
}
