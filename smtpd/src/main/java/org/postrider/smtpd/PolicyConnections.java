package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.common.smtp.SmtpLineReader;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections to policy servers, kept between requests, a few for each server. */
final class PolicyConnections implements PolicyTransport {
    private static final Logger log = LoggerFactory.getLogger(PolicyConnections.class);
    private static final int MOST_IDLE = 20;
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_LINES = 100;

    private final Network network;
    private final InetServers servers;
    private final Path queueDirectory;
    private final Map<String, ArrayDeque<Line>> idle = new HashMap<>();

    /** One connection. */
    private static final class Line {
        final Connection connection;
        final long born = System.nanoTime();
        long used;
        int requests;

        Line(Connection connection) {
            this.connection = connection;
        }
    }

    /** @param queueDirectory where relative paths of Unix sockets begin */
    PolicyConnections(Network network, Path queueDirectory) {
        this.network = network;
        this.servers = new InetServers(network);
        this.queueDirectory = queueDirectory;
    }

    @Override
    public String ask(PolicyServer server, String request) throws IOException {
        Line kept = take(server);
        if (kept != null) {
            try {
                return ask(server, kept, request);
            } catch (IOException _) {
                // The server has closed a connection that it has not heard of for a while: it is asked anew.
            }
        }
        return ask(server, new Line(connected(server)), request);
    }

    private String ask(PolicyServer server, Line line, String request) throws IOException {
        boolean done = false;
        try {
            line.connection.timeout(server.timeout());
            line.connection.out().write(request.getBytes(StandardCharsets.ISO_8859_1));
            line.connection.out().flush();
            // All of the answer, so that a server that sends a byte now and then does not keep the client for hours.
            line.connection.in().deadline(System.nanoTime() + server.timeout().toNanos());
            String action = answer(server, line.connection);
            line.connection.in().noDeadline();
            done = true;
            return action;
        } finally {
            line.requests++;
            if (done) {
                give(server, line);
            } else {
                line.connection.close();
            }
        }
    }

    private static String answer(PolicyServer server, Connection connection) throws IOException {
        SmtpLineReader lines = new SmtpLineReader(connection.in(), LONGEST_LINE);
        String action = null;
        for (int i = 0; i < MOST_LINES; i++) {
            if (!(lines.read() instanceof SmtpLineReader.Line.Text(String text, _))) {
                throw new IOException("Application error");
            }
            if (text.isEmpty()) {
                if (action == null) {
                    log.warn("missing attribute action in input from {}", server.title());
                    throw new IOException("Application error");
                }
                return action;
            }
            if (text.startsWith("action=") && action == null) {
                action = text.substring("action=".length());
            }
        }
        throw new IOException("Application error");
    }

    private synchronized @Nullable Line take(PolicyServer server) {
        ArrayDeque<Line> lines = idle.get(server.destination());
        while (lines != null && !lines.isEmpty()) {
            Line line = lines.removeLast();
            long now = System.nanoTime();
            // What came behind an answer would be taken for the next one.
            boolean usable = line.connection.isOpen() && !line.connection.in().atEnd()
                    && line.connection.in().available() == 0
                    && now - line.used < server.maxIdle().toNanos() && now - line.born < server.maxTtl().toNanos()
                    && (server.requestLimit() == 0 || line.requests < server.requestLimit());
            if (usable) {
                return line;
            }
            line.connection.abort();
        }
        return null;
    }

    private synchronized void give(PolicyServer server, Line line) {
        line.used = System.nanoTime();
        ArrayDeque<Line> lines = idle.computeIfAbsent(server.destination(), _ -> new ArrayDeque<>());
        lines.addLast(line);
        if (lines.size() > MOST_IDLE) {
            lines.removeFirst().connection.abort();
        }
    }

    private Connection connected(PolicyServer server) throws IOException {
        try {
            return connect(server);
        } catch (IOException e) {
            log.warn("connect to {}: {}", server.title(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private Connection connect(PolicyServer server) throws IOException {
        String destination = server.destination();
        if (destination.startsWith("unix:")) {
            return network.connect(queueDirectory.resolve(destination.substring("unix:".length())), server.timeout());
        }
        return servers.connect(destination.startsWith("inet:") ? destination.substring("inet:".length()) : destination,
                server.timeout());
    }

    /** Closes what is kept; the service retires. */
    synchronized void close() {
        idle.values().forEach(lines -> lines.forEach(line -> line.connection.abort()));
        idle.clear();
    }
}
