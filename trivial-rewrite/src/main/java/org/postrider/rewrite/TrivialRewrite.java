package org.postrider.rewrite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.InetInterfaces;
import org.postrider.common.config.LegacyDefaults;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.lookup.Tables;

/** trivial-rewrite(8). */
public final class TrivialRewrite implements Program {
    private static final List<String> ROUTING = List.of("relayhost", "transport_maps", "local_transport",
            "virtual_transport", "relay_transport", "default_transport", "sender_dependent_relayhost_maps",
            "sender_dependent_default_transport_maps");

    public static void main(String[] args) {
        Daemon.run(new TrivialRewrite(), args);
    }

    @Override
    public String name() {
        return "trivial-rewrite";
    }

    @Override
    public Set<String> tableReaders(String command) {
        return command.equals(name()) ? Set.of(command, "ALL") : Set.of();
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) {
        Parameters parameters = context.parameters();
        Tables tables = context.tables();
        LocalDomains localDomains = new LocalDomains(parameters, tables,
                new InetInterfaces(HostFacts.ask()).own(parameters));
        AddressRewriter.Completion completion = LegacyDefaults.of(parameters).keeps("append_dot_mydomain")
                ? new LegacyCompletion(localDomains, new AddressClasses(parameters, tables))
                : AddressRewriter.Completion.UNHEARD;
        AddressRewriter local = AddressRewriter.local(parameters, completion);
        return new RewriteService(local, AddressRewriter.remote(parameters, completion),
                new AddressResolver(parameters, tables, localDomains, local),
                new AddressResolver(forProbes(parameters), tables, localDomains, local));
    }

    /** The parameters in whose place others stand for address probes. */
    private static Parameters forProbes(Parameters parameters) {
        Map<String, String> changed = new HashMap<>();
        for (String name : ROUTING) {
            changed.put(name, parameters.string("address_verify_" + name).replace("$", "$$"));
        }
        return parameters.with(changed);
    }
}
