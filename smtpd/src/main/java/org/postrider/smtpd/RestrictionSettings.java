package org.postrider.smtpd;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.dns.AddressFamilies;

/**
 * What main.cf says about restrictions, read once for a service.
 *
 * @param classes smtpd_restriction_classes
 * @param words what stands in the lists of the stages and of the classes
 * @param localClients local_header_rewrite_clients
 * @param policyServer what all policy servers have in common
 * @param asksForCertificates whether clients may have certificates
 * @param authenticates whether clients may log in
 * @param families whose addresses a host has: inet_protocols
 */
record RestrictionSettings(Set<String> classes, Map<String, List<String>> words, List<String> localClients,
        PolicyServer policyServer, DnsListRestrictions.Settings dnsLists, VerifyRestrictions.Terms verification,
        boolean asksForCertificates, boolean authenticates, AddressFamilies families) {

    static RestrictionSettings of(Parameters parameters) {
        Set<String> classes = Set.copyOf(parameters.list("smtpd_restriction_classes"));
        Map<String, List<String>> words = new HashMap<>();
        classes.forEach(name -> words.put(name, parameters.list(name)));
        for (Stage stage : Stage.values()) {
            words.put(stage.parameter(), parameters.list(stage.parameter()));
        }
        return new RestrictionSettings(classes, Map.copyOf(words), parameters.list(LocalClients.PARAMETER),
                PolicyServer.standard(parameters), DnsListRestrictions.Settings.of(parameters),
                VerifyRestrictions.Terms.of(parameters),
                parameters.bool("smtpd_tls_ask_ccert") || parameters.bool("smtpd_tls_req_ccert"),
                parameters.bool("smtpd_sasl_auth_enable"), AddressFamilies.of(parameters.string("inet_protocols")));
    }

    /** What stands in the list of this stage, or in this class. */
    List<String> words(String name) {
        return words.getOrDefault(name, List.of());
    }
}
