package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.postrider.common.smtp.SmtpLineReader;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;

/**
 * Asks Dovecot's authentication service (Dovecot's design document "authentication protocol", version 1). Every exchange has a
 * connection of its own. The list of mechanisms is kept for a minute.
 */
final class DovecotAuthenticator implements Authenticator {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long KEEP_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int LONGEST_LINE = 64 * 1024;

    private final Network network;
    private final InetServers servers;
    private final Path queueDirectory;
    private final String path;
    private final String service;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Offer offer = new Offer(List.of(), 0);

    private record Offer(List<Mechanism> mechanisms, long until) {}

    /**
     * @param path of the socket, relative to the queue directory; {@code inet:host:port} for TCP
     * @param service smtpd_sasl_service
     */
    DovecotAuthenticator(Network network, Path queueDirectory, String path, String service) {
        this.network = network;
        this.servers = new InetServers(network);
        this.queueDirectory = queueDirectory;
        this.path = path;
        this.service = service;
    }

    @Override
    public List<Mechanism> mechanisms() throws IOException {
        Offer known = offer;
        if (known.mechanisms.isEmpty() || System.nanoTime() - known.until >= 0) {
            try (Wire wire = new Wire()) {
                known = new Offer(wire.mechanisms, System.nanoTime() + KEEP_NANOS);
                offer = known;
            }
        }
        return known.mechanisms;
    }

    @Override
    public Begun begin(Start start) throws IOException {
        Wire wire = new Wire();
        try {
            return new Begun(wire, wire.start(start));
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    private Connection connect() throws IOException {
        if (path.startsWith("inet:")) {
            return servers.connect(path.substring("inet:".length()), PATIENCE);
        }
        return network.connect(queueDirectory.resolve(path.startsWith("unix:") ? path.substring(5) : path), PATIENCE);
    }

    /** One connection, after the greetings. */
    private final class Wire implements Exchange {
        private static final int REQUEST = 1;

        private final Connection connection;
        private final SmtpLineReader lines;
        private final List<Mechanism> mechanisms = new ArrayList<>();

        Wire() throws IOException {
            connection = connect();
            connection.timeout(PATIENCE);
            lines = new SmtpLineReader(connection.in(), LONGEST_LINE);
            try {
                // Many connections come from one process: the number must tell them apart.
                int number = (int) (ProcessHandle.current().pid() * 1000 + connections.incrementAndGet() % 1000);
                send("VERSION\t1\t0\nCPID\t" + Math.abs(number));
                greetings();
            } catch (IOException e) {
                connection.close();
                throw e;
            }
        }

        private void greetings() throws IOException {
            boolean version = false;
            boolean asServer = false;
            while (true) {
                String[] words = line().split("\t", -1);
                switch (words[0]) {
                    case "VERSION" -> {
                        if (words.length < 2 || !words[1].equals("1")) {
                            throw new IOException("unsupported version of the authentication protocol");
                        }
                        version = true;
                    }
                    case "MECH" -> mechanism(words);
                    case "SPID" -> asServer = true;
                    case "DONE" -> {
                        if (!version || mechanisms.isEmpty()) {
                            throw new IOException(asServer && mechanisms.isEmpty()
                                    ? "no mechanism is offered: is this the socket of auth clients?"
                                    : "handshake is not complete");
                        }
                        return;
                    }
                    default -> {
                        // Cookies and the like are for programs that keep the connection.
                    }
                }
            }
        }

        private void mechanism(String[] words) {
            Set<Property> properties = EnumSet.noneOf(Property.class);
            boolean hidden = words.length < 2;
            for (int i = 2; i < words.length; i++) {
                switch (words[i]) {
                    case "plaintext" -> properties.add(Property.PLAINTEXT);
                    case "dictionary" -> properties.add(Property.DICTIONARY);
                    case "active" -> properties.add(Property.ACTIVE);
                    case "anonymous" -> properties.add(Property.ANONYMOUS);
                    case "forward-secrecy" -> properties.add(Property.FORWARD_SECRECY);
                    case "mutual-auth" -> properties.add(Property.MUTUAL_AUTH);
                    case "private" -> hidden = true;
                    default -> {
                        // A property that means nothing here.
                    }
                }
            }
            if (!hidden) {
                mechanisms.add(new Mechanism(words[1].toUpperCase(java.util.Locale.ROOT), properties));
            }
        }

        Step start(Start start) throws IOException {
            Client client = start.client();
            send("AUTH\t" + REQUEST + "\t" + start.mechanism() + "\tservice=" + service + "\tnologin"
                    + (client.serverAddress().isEmpty() ? "" : "\tlip=" + client.serverAddress()) + "\trip="
                    + client.addressText() + (start.encrypted() ? "\tsecured" : "")
                    + (start.hasInitial() ? "\tresp=" + safe(start.initial()) : ""));
            return result();
        }

        @Override
        public Step answer(String response) throws IOException {
            send("CONT\t" + REQUEST + "\t" + safe(response));
            return result();
        }

        /** A client's text must not become words of the protocol. */
        private static String safe(String text) {
            return text.replaceAll("[\\t\\r\\n]", "");
        }

        private Step result() throws IOException {
            while (true) {
                String[] words = line().split("\t", -1);
                if (words.length < 2 || !words[1].equals(Integer.toString(REQUEST))) {
                    continue;
                }
                switch (words[0]) {
                    case "OK" -> {
                        return new Step.Success(value(words, "user="));
                    }
                    case "CONT" -> {
                        return new Step.Challenge(words.length > 2 ? words[2] : "");
                    }
                    case "FAIL" -> {
                        return failure(words);
                    }
                    default -> {
                        // An answer to something else.
                    }
                }
            }
        }

        private static Step failure(String[] words) {
            String reason = value(words, "reason=");
            boolean temporary = List.of(words).contains("temp") || value(words, "code=").equals("temp_fail");
            return temporary
                    ? new Step.TryLater(reason)
                    : new Step.Failure(reason, value(words, "user="));
        }

        private static String value(String[] words, String name) {
            for (String word : words) {
                if (word.startsWith(name)) {
                    return word.substring(name.length());
                }
            }
            return "";
        }

        private void send(String text) throws IOException {
            connection.out().write((text + "\n").getBytes(StandardCharsets.ISO_8859_1));
            connection.out().flush();
        }

        private String line() throws IOException {
            return switch (lines.read()) {
                case SmtpLineReader.Line.Text(String text, _) -> text;
                case SmtpLineReader.Line.TooLong _ -> throw new IOException("line too long");
                case SmtpLineReader.Line.End _ -> throw new IOException("Connection lost to authentication server");
            };
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
