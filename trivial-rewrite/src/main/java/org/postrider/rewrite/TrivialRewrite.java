package org.postrider.rewrite;

import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.InetInterfaces;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.lookup.Tables;

/** trivial-rewrite(8). */
public final class TrivialRewrite implements Program {
    public static void main(String[] args) {
        Daemon.run(new TrivialRewrite(), args);
    }

    @Override
    public String name() {
        return "trivial-rewrite";
    }

    /** The other daemons need processors, too. */
    @Override
    public int eventLoops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    @Override
    public Set<String> tableReaders(String command) {
        return command.equals(name()) ? Set.of(command, "ALL") : Set.of();
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) {
        Parameters parameters = context.parameters();
        Tables tables = context.tables();
        RewriteSettings settings = RewriteSettings.of(parameters, new InetInterfaces(HostFacts.ask()).own(parameters));
        LocalDomains localDomains = new LocalDomains(settings.domains(), tables);
        AddressClasses classes = new AddressClasses(settings.domains(), tables);
        AddressRewriter.Completion completion = settings.legacyCompletion()
                ? new LegacyCompletion(localDomains, classes)
                : AddressRewriter.Completion.UNHEARD;
        AddressRewriter local = AddressRewriter.local(settings.form(), completion);
        var parts = new AddressResolver.Parts(local, localDomains, classes);
        return new RewriteService(local, AddressRewriter.remote(settings.form(), completion),
                new AddressResolver(settings, settings.routing(), parts, tables),
                new AddressResolver(settings, settings.probeRouting(), parts, tables));
    }
}
