package org.postrider.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.postrider.cleanup.Cleanup;
import org.postrider.common.config.Configuration;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.ServedService;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.daemon.ServiceDescription;
import org.postrider.common.daemon.SessionNumbers;
import org.postrider.common.wire.Listener;
import org.postrider.common.wire.Network;
import org.postrider.qmgr.Qmgr;
import org.postrider.rewrite.TrivialRewrite;
import org.postrider.services.Services;
import org.postrider.smtpd.Smtpd;

/** The daemons that a first message meets, all in this process and without master; the message goes to discard(8). */
final class TrainingSuite {
    private static final int PATIENCE = 400;
    private static final int BETWEEN_LOOKS_MILLIS = 50;

    private final Configuration configuration;
    private final Path queue;
    private final ServiceContext.Shared shared;
    private final List<ServedService> services = new ArrayList<>();

    private TrainingSuite(Configuration configuration, Path queue, ServiceContext.Shared shared) {
        this.configuration = configuration;
        this.queue = queue;
        this.shared = shared;
    }

    /**
     * Lets one message through.
     *
     * @param queue an empty directory
     * @throws IOException when it does not leave the queue
     */
    static void run(Configuration configuration, Path queue) throws IOException {
        for (String name : List.of("active", "bounce", "corrupt", "defer", "deferred", "hold", "incoming", "private",
                "public", "trace")) {
            Files.createDirectory(queue.resolve(name));
        }
        try (Network network = new Network(1); ExecutorService fileWork = Executors.newFixedThreadPool(2)) {
            var shared = new ServiceContext.Shared(network, fileWork, InstantSource.system(), new SessionNumbers(1));
            TrainingSuite suite = new TrainingSuite(configuration, queue, shared);
            suite.serve();
            suite.services.forEach(ServedService::close);
        }
    }

    private void serve() throws IOException {
        unix(new TrivialRewrite(), "rewrite", "private/rewrite");
        unix(new Services(), "anvil", "private/anvil");
        unix(new Services(), "discard", "private/discard");
        unix(new Qmgr(), "qmgr", "public/qmgr");
        unix(new Cleanup(), "cleanup", "public/cleanup");
        ServedService smtpd = open(new Smtpd(), entry("smtpd"));
        try (Listener listener = shared.network().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                smtpd::accept)) {
            send(listener.port());
            awaitDelivery();
        }
    }

    private void unix(Program program, String name, String socket) {
        ServedService service = open(program, entry(name));
        Listener _ = shared.network().bind(queue.resolve(socket), service::accept);
    }

    /** The service of that name, or the first that runs a program of that name. */
    private ServiceEntry entry(String name) {
        return configuration.services().stream().filter(one -> one.name().equals(name)).findFirst()
                .orElseGet(() -> configuration.services().stream().filter(one -> one.program().equals(name)).findFirst()
                        .orElseThrow());
    }

    private ServedService open(Program program, ServiceEntry entry) {
        Map<String, String> settings = new LinkedHashMap<>(configuration.parameters(entry).settings());
        settings.put("queue_directory", queue.toString());
        settings.put("transport_maps", "static:discard:");
        ServiceDescription description = new ServiceDescription(entry.name(), entry.type().text(), entry.program(),
                entry.arguments(), queue.toString(), 0, 1, false, false, -1, -1, settings);
        ServedService service = new ServedService(program, description.identity(), _ -> {
        });
        service.open(new ServiceContext(description, queue, shared));
        services.add(service);
        return service;
    }

    private static void send(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
            socket.setSoTimeout(30_000);
            Train.reply(in);
            for (String line : List.of("EHLO train.example.test", "MAIL FROM:<a@train.example.test>",
                    "RCPT TO:<b@train.example.test>", "DATA", "Subject: training\r\n\r\nA line.\r\n.", "QUIT")) {
                socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                Train.reply(in);
            }
        }
    }

    private void awaitDelivery() throws IOException {
        for (int looks = 0; looks < PATIENCE; looks++) {
            if (isEmpty("incoming") && isEmpty("active")) {
                return;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        throw new IOException("the training message stays in the queue");
    }

    private boolean isEmpty(String name) throws IOException {
        // Not walked: a message that moves on while its name is read would be an error there.
        try (var files = Files.list(queue.resolve(name))) {
            return files.noneMatch(Files::isRegularFile);
        }
    }
}
