package org.postrider.common.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.postrider.common.daemon.ControlMessage;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.ServedService;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.daemon.ServiceDescription;
import org.postrider.common.daemon.SessionNumbers;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Listener;
import org.postrider.common.wire.Network;

/**
 * Runs programs inside a test, without master: real sockets in a queue directory of the test's own, everything as the current
 * user. A program that talks to others finds them when they are started here too, or faked by {@link #fake}.
 *
 * <pre>{@code
 * try (DaemonHarness harness = new DaemonHarness(queueDirectory)) {
 *     harness.set("myhostname", "mail.example.com");
 *     harness.fake("private/rewrite", connection -> ...);
 *     harness.start(new Cleanup(), "cleanup", "public/cleanup");
 *     Attributes answer = harness.client("public/cleanup").call(request);
 * }
 * }</pre>
 */
public final class DaemonHarness implements AutoCloseable {
    private static final List<String> DIRECTORIES = List.of("active", "bounce", "corrupt", "defer", "deferred", "flush",
            "hold", "incoming", "maildrop", "pid", "private", "public", "saved", "trace");

    private final Path queueDirectory;
    private final Network network = new Network(1);
    private final ExecutorService fileWork = Executors.newFixedThreadPool(4,
            Thread.ofPlatform().daemon(true).factory());
    private final ServiceContext.Shared shared;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<ServedService> services = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<ControlMessage> told = Collections.synchronizedList(new ArrayList<>());
    private List<String> arguments = List.of();
    private int limit;
    private long generation;

    /** @param queueDirectory an empty directory; keep the path short, as socket paths are limited to 107 bytes */
    public DaemonHarness(Path queueDirectory) {
        this(queueDirectory, InstantSource.system());
    }

    public DaemonHarness(Path queueDirectory, InstantSource clock) {
        this.queueDirectory = queueDirectory;
        this.shared = new ServiceContext.Shared(network, fileWork, clock, new SessionNumbers(1000));
        try {
            for (String name : DIRECTORIES) {
                Files.createDirectories(queueDirectory.resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        set("queue_directory", queueDirectory.toString()).set("myhostname", "mail.example.com")
                .set("mydomain", "example.com").set("mail_owner", System.getProperty("user.name"));
    }

    /** Sets a parameter for the services that are started from now on. */
    public DaemonHarness set(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Arguments of the master.cf entry, for the services that are started from now on. */
    public DaemonHarness arguments(String... words) {
        arguments = List.of(words);
        return this;
    }

    /** Most conversations at once, for the services that are started from now on. */
    public DaemonHarness limit(int most) {
        limit = most;
        return this;
    }

    /** Starts a service on a Unix-domain socket under the queue directory, such as {@code private/bounce}. */
    public ServedService start(Program program, String name, String socket) {
        ServedService service = open(program, name, "unix");
        listeners.add(network.bind(queueDirectory.resolve(socket), service::accept));
        return service;
    }

    /**
     * Starts a service on a free port of the loopback interface.
     *
     * @return the port
     */
    public int startInet(Program program, String name) {
        ServedService service = open(program, name, "inet");
        Listener listener = network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), service::accept);
        listeners.add(listener);
        return listener.port();
    }

    /** Starts a service without a socket; use its {@link ServedService#wakeup}. */
    public ServedService open(Program program, String name, String type) {
        ServedService service = new ServedService(program, name + "/" + type, told::add);
        service.open(context(program.name(), name, type));
        services.add(service);
        return service;
    }

    /** Opens the service once more with the settings as they are now, as reload does. */
    public void reload(ServedService service, String program, String name, String type) {
        service.open(context(program, name, type));
    }

    /** The context that a service started now would get. */
    public ServiceContext context(String program, String name, String type) {
        return new ServiceContext(new ServiceDescription(name, type, program, arguments, queueDirectory.toString(),
                limit, ++generation, false, false, -1, -1, settings), queueDirectory, shared);
    }

    /** A peer that the test plays itself, on a Unix-domain socket under the queue directory. */
    public void fake(String socket, Conversation conversation) {
        listeners.add(network.bind(queueDirectory.resolve(socket), connection -> Thread.ofVirtual().start(() -> {
            try (connection) {
                conversation.run(connection);
            } catch (IOException _) {
                // The program under test went away.
            }
        })));
    }

    /** One side of a conversation. */
    public interface Conversation {
        void run(Connection connection) throws IOException;
    }

    /** A client of a socket under the queue directory. */
    public ServiceClient client(String socket) {
        return new ServiceClient(network, queueDirectory.resolve(socket),
                new ServiceClient.Limits(Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(100)));
    }

    /** What the services told master: that they are ready, failed, at their limit. */
    public List<ControlMessage> told() {
        synchronized (told) {
            return List.copyOf(told);
        }
    }

    public Network network() {
        return network;
    }

    public Path queueDirectory() {
        return queueDirectory;
    }

    /** The service opened last, as its program made it. */
    public Service service() {
        return services.getLast().service().orElseThrow();
    }

    @Override
    public void close() {
        listeners.forEach(Listener::close);
        services.forEach(ServedService::close);
        network.close();
        fileWork.shutdown();
    }
}
