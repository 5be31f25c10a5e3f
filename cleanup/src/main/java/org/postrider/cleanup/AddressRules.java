package org.postrider.cleanup;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.OwnDomains;
import org.postrider.common.lookup.Tables;

/**
 * Everything that changes or adds addresses, ready for use. Immutable and shared by all conversations of a service.
 *
 * @param alwaysBcc always_bcc, empty for none
 */
record AddressRules(RewriteAddresses rewriting, CanonicalMaps canonical, VirtualAliases virtual, AddressMap senderBcc,
        AddressMap recipientBcc, String alwaysBcc) {

    /** @param own the addresses of inet_interfaces */
    static AddressRules of(Parameters parameters, Tables tables, RewriteAddresses rewriting,
            Collection<InetAddress> own) {
        AddressSearch search = new AddressSearch(AddressExtension.of(parameters),
                OwnDomains.of(parameters, tables, own), false);
        List<String> propagation = parameters.list("propagate_unmatched_extensions");
        Maker maker = new Maker(parameters, tables, search, rewriting);
        boolean canonicalExtensions = propagation.contains("canonical");
        CanonicalMaps canonical = new CanonicalMaps(
                maker.layer("sender_canonical_maps", "sender_canonical_classes", canonicalExtensions),
                maker.layer("recipient_canonical_maps", "recipient_canonical_classes", canonicalExtensions),
                maker.layer("canonical_maps", "canonical_classes", canonicalExtensions),
                new Masquerade(parameters.list("masquerade_domains"), parameters.list("masquerade_exceptions")),
                Set.copyOf(parameters.list("masquerade_classes")));
        VirtualAliases virtual = new VirtualAliases(
                maker.map("virtual_alias_maps", propagation.contains("virtual")),
                new VirtualAliases.Limits(parameters.number("virtual_alias_expansion_limit"),
                        parameters.number("virtual_alias_recursion_limit"),
                        parameters.number("virtual_alias_address_length_limit")));
        return new AddressRules(rewriting, canonical, virtual, maker.map("sender_bcc_maps", false),
                maker.map("recipient_bcc_maps", false), parameters.string("always_bcc"));
    }

    private record Maker(Parameters parameters, Tables tables, AddressSearch search, RewriteAddresses rewriting) {
        AddressMap map(String parameter, boolean propagates) {
            return new AddressMap(parameter, tables.list(parameters.string(parameter)), search, propagates,
                    rewriting);
        }

        CanonicalMaps.Layer layer(String parameter, String classes, boolean propagates) {
            return new CanonicalMaps.Layer(map(parameter, propagates), Set.copyOf(parameters.list(classes)));
        }
    }
}
