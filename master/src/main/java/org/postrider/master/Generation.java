package org.postrider.master;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.Configuration;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.InetInterfaces;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ProcessLimits;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.config.ServiceType;
import org.postrider.common.daemon.MailOwner;
import org.postrider.common.daemon.ServiceDescription;

/**
 * One reading of main.cf and master.cf: made at start and at every reload, checked as a whole before anything changes, and then
 * handed out in snapshots, so that all daemons of a generation agree.
 */
final class Generation {
    private static final String SUBMISSION = "postdrop";
    private static final int DEFAULT_LIMIT = 100;

    private final long number;
    private final boolean verbose;
    private final Configuration configuration;
    private final MasterSettings settings;
    private final MailOwner owner;
    private final List<ServiceEntry> services;
    private final ListenerAddresses addresses;

    private Generation(long number, boolean verbose, Configuration configuration, HostFacts host) {
        this.number = number;
        this.verbose = verbose;
        this.configuration = configuration;
        this.settings = MasterSettings.of(configuration.parameters());
        this.owner = MailOwner.of(configuration.parameters());
        this.services = enabled(configuration, settings.disabledServices());
        this.addresses = new ListenerAddresses(new InetInterfaces(host), queueDirectory());
        services.forEach(owner::check);
    }

    /** Reads and checks. Throws ConfigurationException. */
    static Generation read(Path directory, long number, boolean verbose) {
        HostFacts host = HostFacts.ask();
        return new Generation(number, verbose, Configuration.read(directory, host), host);
    }

    private static List<ServiceEntry> enabled(Configuration configuration, List<String> disabled) {
        List<ServiceEntry> configured = new ArrayList<>(configuration.services());
        submission(configured).ifPresent(configured::add);
        List<ServiceEntry> all = new ArrayList<>();
        for (ServiceEntry entry : configured) {
            String type = entry.type().text();
            if (!disabled.contains(type) && !disabled.contains(entry.identity())
                    && !disabled.contains(entry.name() + "." + type)) {
                all.add(entry);
            }
        }
        return all;
    }

    /** A master.cf made for Postfix has no service postdrop, which sendmail(1) talks to: it is then as pickup is. */
    private static Optional<ServiceEntry> submission(List<ServiceEntry> configured) {
        if (configured.stream().anyMatch(entry -> entry.name().equals(SUBMISSION))) {
            return Optional.empty();
        }
        return configured.stream().filter(entry -> entry.program().equals("pickup")).findFirst()
                .map(pickup -> new ServiceEntry(SUBMISSION, ServiceType.UNIX, false, pickup.unprivileged(),
                        pickup.chroot(), 0, false, DEFAULT_LIMIT, "pickup", pickup.arguments(), pickup.overrides()));
    }

    long number() {
        return number;
    }

    /** For what master has in common with other programs. */
    Parameters parameters() {
        return configuration.parameters();
    }

    MasterSettings settings() {
        return settings;
    }

    MailOwner owner() {
        return owner;
    }

    List<ServiceEntry> services() {
        return services;
    }

    List<String> warnings() {
        return configuration.warnings();
    }

    List<String> notes() {
        return configuration.notes();
    }

    /** What differs from the files of an earlier generation, as the text of log lines. */
    List<String> changesSince(Generation former) {
        return configuration.changesSince(former.configuration);
    }

    Path queueDirectory() {
        return settings.queueDirectory();
    }

    Path pidDirectory() {
        return settings.pidDirectory();
    }

    /** The launcher of a program. */
    Path program(String name) {
        return settings.daemonDirectory().resolve(name);
    }

    /** Where the service listens. */
    List<ListenerAddress> addresses(ServiceEntry entry) {
        return addresses.of(entry, parameters());
    }

    /** What a daemon is told of the service. */
    ServiceDescription describe(ServiceEntry entry, boolean stress) {
        Map<String, String> settings = new LinkedHashMap<>(configuration.parameters(entry).settings());
        settings.put("stress", stress ? "yes" : "");
        if (entry.program().equals("qmgr") || entry.program().equals("oqmgr")) {
            // More deliveries at once would only wait at the agent's door.
            ProcessLimits.put(services, settings);
        }
        boolean drop = owner.privileged() && entry.unprivileged();
        return new ServiceDescription(entry.name(), entry.type().text(), entry.program(), entry.arguments(),
                queueDirectory().toString(), ProcessGroup.conversations(entry), number,
                verbose || entry.arguments().stream().anyMatch(word -> word.matches("-v+")), entry.chroot(),
                drop ? owner.uid() : -1, drop ? owner.gid() : -1, settings);
    }
}
