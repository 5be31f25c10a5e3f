package org.postrider.rewrite;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.LegacyDefaults;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.AddressExtension;

/**
 * main.cf as trivial-rewrite(8) uses it, read once per configuration generation.
 *
 * @param form how addresses are brought into form
 * @param domains which domains are whose
 * @param resolving how the domain of an address is found
 * @param routing where mail goes
 * @param probeRouting where address probes go: the same with {@code address_verify_} before some names
 * @param legacyCompletion the old default of append_dot_mydomain is in force
 */
record RewriteSettings(Form form, Domains domains, Resolving resolving, Routing routing, Routing probeRouting,
        boolean legacyCompletion) {
    /** The parameters in whose place others stand for address probes. */
    private static final List<String> ROUTING = List.of("relayhost", "transport_maps", "local_transport",
            "virtual_transport", "relay_transport", "default_transport", "sender_dependent_relayhost_maps",
            "sender_dependent_default_transport_maps");

    /**
     * How addresses are brought into form.
     *
     * @param swapBangpath swap_bangpath
     * @param percentHack allow_percent_hack
     * @param appendOrigin append_at_myorigin
     * @param appendDomain append_dot_mydomain
     * @param origin myorigin
     * @param domain mydomain
     * @param remoteDomain remote_header_rewrite_domain
     */
    record Form(boolean swapBangpath, boolean percentHack, boolean appendOrigin, boolean appendDomain, String origin,
            String domain, String remoteDomain) {}

    /**
     * Which domains are whose.
     *
     * @param own the addresses of inet_interfaces
     * @param proxies proxy_interfaces
     * @param mydestination as written, like the next three
     * @param virtualAlias virtual_alias_domains
     * @param virtualMailbox virtual_mailbox_domains
     * @param relay relay_domains
     * @param parents parent_domain_matches_subdomains
     * @param warns helpful_warnings
     */
    record Domains(List<InetAddress> own, List<String> proxies, String mydestination, String virtualAlias,
            String virtualMailbox, String relay, Set<String> parents, boolean warns) {}

    /**
     * How the domain of an address is found.
     *
     * @param emptyRecipient empty_address_recipient
     * @param dequotes resolve_dequoted_address
     * @param nullDomainIsLocal resolve_null_domain
     * @param numericDomains resolve_numeric_domain
     * @param allowMinus allow_min_user
     * @param utf8 smtputf8_enable
     */
    record Resolving(String emptyRecipient, boolean dequotes, boolean nullDomainIsLocal, boolean numericDomains,
            boolean allowMinus, boolean utf8) {}

    /**
     * Where mail goes.
     *
     * @param local local_transport
     * @param virtual virtual_transport
     * @param relay relay_transport
     * @param other default_transport
     * @param relayhost of the last two, unless a table knows better
     * @param senderRelayhosts sender_dependent_relayhost_maps
     * @param senderTransports sender_dependent_default_transport_maps
     * @param nullSenderRelayhostKey empty_address_relayhost_maps_lookup_key
     * @param nullSenderTransportKey empty_address_default_transport_maps_lookup_key
     * @param transports transport_maps
     * @param relocated relocated_maps
     * @param relocatedPrefix relocated_prefix_enable
     * @param namesTables show_user_unknown_table_name
     * @param extension recipient_delimiter
     */
    record Routing(Destination local, Destination virtual, Destination relay, Destination other, String relayhost,
            String senderRelayhosts, String senderTransports, String nullSenderRelayhostKey,
            String nullSenderTransportKey, String transports, String relocated, boolean relocatedPrefix,
            boolean namesTables, AddressExtension extension) {}

    /** @param own the addresses of inet_interfaces */
    static RewriteSettings of(Parameters parameters, Collection<InetAddress> own) {
        return new RewriteSettings(form(parameters), domains(parameters, own), resolving(parameters),
                routing(parameters), routing(forProbes(parameters)),
                LegacyDefaults.of(parameters).keeps("append_dot_mydomain"));
    }

    private static Form form(Parameters parameters) {
        return new Form(parameters.bool("swap_bangpath"), parameters.bool("allow_percent_hack"),
                parameters.bool("append_at_myorigin"), parameters.bool("append_dot_mydomain"),
                parameters.string("myorigin"), parameters.string("mydomain"),
                parameters.string("remote_header_rewrite_domain"));
    }

    private static Domains domains(Parameters parameters, Collection<InetAddress> own) {
        return new Domains(List.copyOf(own), parameters.list("proxy_interfaces"), parameters.string("mydestination"),
                parameters.string("virtual_alias_domains"), parameters.string("virtual_mailbox_domains"),
                parameters.string("relay_domains"), Set.copyOf(parameters.list("parent_domain_matches_subdomains")),
                parameters.bool("helpful_warnings"));
    }

    private static Resolving resolving(Parameters parameters) {
        return new Resolving(parameters.string("empty_address_recipient"), parameters.bool("resolve_dequoted_address"),
                parameters.bool("resolve_null_domain"), parameters.bool("resolve_numeric_domain"),
                parameters.bool("allow_min_user"), parameters.bool("smtputf8_enable"));
    }

    private static Routing routing(Parameters parameters) {
        return new Routing(Destination.parse(parameters.string("local_transport")),
                Destination.parse(parameters.string("virtual_transport")),
                Destination.parse(parameters.string("relay_transport")),
                Destination.parse(parameters.string("default_transport")), parameters.string("relayhost"),
                parameters.string("sender_dependent_relayhost_maps"),
                parameters.string("sender_dependent_default_transport_maps"),
                parameters.string("empty_address_relayhost_maps_lookup_key"),
                parameters.string("empty_address_default_transport_maps_lookup_key"),
                parameters.string("transport_maps"), parameters.string("relocated_maps"),
                parameters.bool("relocated_prefix_enable"), parameters.bool("show_user_unknown_table_name"),
                AddressExtension.of(parameters));
    }

    private static Parameters forProbes(Parameters parameters) {
        Map<String, String> changed = new HashMap<>();
        for (String name : ROUTING) {
            changed.put(name, parameters.string("address_verify_" + name).replace("$", "$$"));
        }
        return parameters.with(changed);
    }
}
