package org.postrider.services;

import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.posix.Processes;
import org.postrider.common.tls.TicketKeyRotation;

/** The program behind every small daemon: which one a service is, its command in master.cf says. */
public final class Services implements Program {
    private static final String POSTLOGD = "postlogd";

    private final AtomicReference<@Nullable Service> prepared = new AtomicReference<>();
    private volatile Optional<SecureDirectoryStream<Path>> dataDirectory = Optional.empty();

    /** Run by master; {@code showq -S} is run by postqueue(1) while master is down. */
    public static void main(String[] arguments) {
        if (List.of(arguments).contains("-S")) {
            Processes.exit(StandAloneListing.run(System.getenv(), System.out));
        }
        Daemon.run(new Services(), arguments);
    }

    @Override
    public String name() {
        return "services";
    }

    /** The log file is opened while that is still allowed, and data_directory while it is in sight. */
    @Override
    public void prepare(ServiceContext context) throws ConfigurationException {
        if (context.programName().equals(POSTLOGD)) {
            prepared.set(PostlogService.open(PostlogService.Settings.of(context.parameters())));
        } else {
            dataDirectory = CacheFile.directory(Path.of(context.parameters().string("data_directory")));
        }
    }

    private Optional<SecureDirectoryStream<Path>> dataDirectory(ServiceContext context) {
        return dataDirectory.isPresent()
                ? dataDirectory
                : CacheFile.directory(Path.of(context.parameters().string("data_directory")));
    }

    @Override
    public Set<String> tableReaders(String command) {
        return switch (command) {
            case "showq", "flush" -> Set.of(command, "postqueue", "ALL");
            case "error", "discard" -> Set.of(command, "ALL");
            // proxymap answers for clients that are not root.
            default -> Set.of();
        };
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) throws ConfigurationException {
        return switch (context.programName()) {
            case "showq" -> {
                ShowqService.Settings settings = ShowqService.Settings.of(context.queueDirectory(),
                        context.parameters());
                yield new ShowqService(
                        settings.listing(context.clock(), settings.queueManager(context.network())),
                        users(AuthorizedUsers.Purpose.VIEW, context), settings.timeout());
            }
            case "flush" -> new FlushService(context, users(AuthorizedUsers.Purpose.FLUSH, context));
            case "verify" -> new VerifyService(context, dataDirectory(context));
            case "scache" -> new UnaskedService();
            case "tlsmgr" -> new TlsmgrService(previous.map(TlsmgrService.class::cast).map(TlsmgrService::rotation)
                    .orElseGet(() -> new TicketKeyRotation(context.parameters().time("smtpd_tls_session_cache_timeout"),
                            context.clock())));
            case "error" -> ErrorAgent.open(context);
            case "discard" -> DiscardAgent.open(context);
            case "proxymap" -> ProxymapService.open(context);
            case "spawn" -> SpawnService.open(context);
            case "anvil" -> new AnvilService(AnvilService.Settings.of(context.parameters()), context.clock());
            case POSTLOGD -> {
                Service opened = prepared.getAndSet(null);
                if (opened == null && previous.orElse(null) instanceof PostlogService before) {
                    yield before.reopened(PostlogService.Settings.of(context.parameters()));
                }
                yield opened != null ? opened : PostlogService.open(PostlogService.Settings.of(context.parameters()));
            }
            default ->
                throw new ConfigurationException("program " + context.programName() + " is not part of this system");
        };
    }

    private static AuthorizedUsers users(AuthorizedUsers.Purpose purpose, ServiceContext context) {
        return AuthorizedUsers.read(purpose, context.parameters(), context.tables());
    }
}
