package org.postrider.smtpd;

import java.time.InstantSource;
import java.util.Optional;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.dns.DnsjavaResolver;
import org.postrider.common.dns.HostsFile;
import org.postrider.common.dns.Resolver;
import org.postrider.common.dns.ResolverSettings;

/** smtpd(8): the main, and the opening of its services. Files outside a new root directory are read here, before it changes. */
public final class Smtpd implements Program {
    private final HostsFile hosts = HostsFile.system();
    private final ResolverSettings systemResolver = ResolverSettings.system();

    /** Serves until master says stop. */
    public static void main(String[] arguments) {
        Daemon.run(new Smtpd(), arguments);
    }

    @Override
    public String name() {
        return "smtpd";
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) {
        ConnectionCounts counts = previous.map(SmtpdService.class::cast).map(SmtpdService::counts)
                .orElseGet(ConnectionCounts::new);
        return new SmtpdService(context, resolver(context), hosts, counts);
    }

    private Resolver resolver(ServiceContext context) {
        String address = context.parameters().string("dns_resolver_address");
        return new DnsjavaResolver(address.isEmpty() ? systemResolver : ResolverSettings.at(address),
                InstantSource.system());
    }
}
