package org.postrider.smtpd;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Debian's Postfix in a directory of its own, for comparisons. Needs root and the package postfix. Every daemon serves one client
 * and reads main.cf anew, so that a case needs no restart. There is no queue manager: what is accepted stays where it is.
 */
final class DebianPostfix implements AutoCloseable {
    private static final Path DAEMONS = Path.of("/usr/lib/postfix/sbin");
    private static final List<String> NO_END = List.of("L: (no disconnect line)");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int GLANCE_MILLIS = 200;
    private static final String SERVICES = """
            %d inet n - %s - - smtpd
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            rewrite unix - - n - - trivial-rewrite
            anvil unix - - n - 1 anvil
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            tlsmgr unix - - n 1000? 1 tlsmgr
            postlog unix-dgram n - n - 1 postlogd
            """;
    /** What FakeWorld's trivial-rewrite says, in the words of main.cf. */
    private static final Map<String, String> WORLD = Map.ofEntries(Map.entry("compatibility_level", "3.6"),
            Map.entry("mydestination", "example.com"), Map.entry("virtual_alias_domains", "alias.example"),
            Map.entry("virtual_mailbox_domains", "virt.example"), Map.entry("relay_domains", "relay.example"),
            Map.entry("inet_interfaces", "127.0.0.1"), Map.entry("inet_protocols", "ipv4"),
            Map.entry("alias_maps", ""), Map.entry("max_use", "1"), Map.entry("mail_owner", "postfix"),
            Map.entry("setgid_group", "postdrop"), Map.entry("smtpd_peername_lookup", "no"),
            Map.entry("smtpd_forbid_bare_newline", "normalize"), Map.entry("smtpd_forbid_unauth_pipelining", "yes"),
            Map.entry("daemon_directory", DAEMONS.toString()), Map.entry("command_directory", "/usr/sbin"),
            Map.entry("in_flow_delay", "0"), Map.entry("smtpd_authorized_xclient_hosts", "127.0.0.1"),
            Map.entry("myorigin", "example.com"));

    /** What a client sends, and the lines that answer it. */
    record Exchange(String sent, List<String> replies) {}

    private final Path directory;
    private final int port;

    /** Starts it in an empty directory. */
    DebianPostfix(Path directory) throws IOException {
        this(directory, "");
    }

    /**
     * Starts it in an empty directory.
     *
     * @param nameServer address of the one DNS server that smtpd asks, at port 53; empty for those of the system
     */
    DebianPostfix(Path directory, String nameServer) throws IOException {
        this.directory = directory;
        this.port = freePort();
        Files.createDirectories(directory.resolve("conf"));
        for (String name : List.of("spool", "data")) {
            Files.createDirectories(directory.resolve(name));
        }
        for (Path up = directory; up.getNameCount() > 1; up = up.getParent()) {
            Files.setPosixFilePermissions(up, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.setAttribute(directory.resolve("data"), "unix:owner",
                directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
        Files.writeString(directory.resolve("conf/master.cf"),
                SERVICES.formatted(port, nameServer.isEmpty() ? "n" : "y"));
        if (!nameServer.isEmpty()) {
            // smtpd finds this in place of the system's once it has changed its root directory to the queue.
            Files.createDirectories(directory.resolve("spool/etc"));
            Files.writeString(directory.resolve("spool/etc/resolv.conf"),
                    "nameserver " + nameServer + "\noptions timeout:1 attempts:1\n");
        }
        configure(Map.of());
        command("start");
    }

    /** True where it can be run. */
    static boolean isThere() {
        return Files.isExecutable(DAEMONS.resolve("smtpd")) && "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void configure(Map<String, String> settings) throws IOException {
        Map<String, String> all = new TreeMap<>(WORLD);
        all.putAll(settings);
        all.put("queue_directory", directory.resolve("spool").toString());
        all.put("data_directory", directory.resolve("data").toString());
        all.put("maillog_file", log().toString());
        all.put("maillog_file_prefixes", directory.toString());
        StringBuilder text = new StringBuilder();
        all.forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
        Path fresh = directory.resolve("conf/main.cf.new");
        Files.writeString(fresh, text, StandardCharsets.ISO_8859_1);
        // Postfix's programs wait until the file is two seconds old.
        Files.setLastModifiedTime(fresh, FileTime.from(Instant.now().minusSeconds(10)));
        Files.move(fresh, directory.resolve("conf/main.cf"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path log() {
        return directory.resolve("mail.log");
    }

    private void command(String word) throws IOException {
        Process process = new ProcessBuilder("/usr/sbin/postfix", "-c", directory.resolve("conf").toString(), word)
                .redirectErrorStream(true).redirectOutput(directory.resolve("command.log").toFile()).start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("postfix " + word + ": " + Files.readString(directory.resolve("command.log")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /**
     * Plays the client's part of the exchanges; what the server says to it, and the log lines of the session.
     *
     * @param expected how many replies answer each
     */
    List<String> play(Map<String, String> settings, Client client, List<Exchange> expected) throws IOException {
        configure(settings);
        long logged = logged();
        List<String> said = converse(client, expected);
        List<String> lines = logLines(logged);
        said.addAll(lines);
        if (lines.equals(NO_END)) {
            // Master holds back the next one for a minute after a smtpd has died.
            command("stop");
            command("start");
        }
        return said;
    }

    /** Takes these settings, for all sessions until the next. */
    void settle(Map<String, String> settings) throws IOException {
        configure(settings);
        // After a reload an old process may take one more client.
        command("stop");
        command("start");
    }

    /** Unix-domain socket of a service that is not Postfix's own. */
    Path socket(String name) {
        return directory.resolve("spool/private").resolve(name);
    }

    /** Plays the client's part; what the server says to it. */
    List<String> converse(Client client, List<Exchange> expected) {
        List<String> said = new ArrayList<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(GLANCE_MILLIS);
            Answers in = new Answers(socket.getInputStream(), logged());
            greeting(in);
            String name = client.name().name().equals("unknown") ? "[UNAVAILABLE]" : client.name().name();
            send(socket, "XCLIENT NAME=" + name + " REVERSE_NAME=" + name + " ADDR="
                    + (client.addressText().indexOf(':') < 0 ? "" : "IPV6:") + client.addressText() + " PORT="
                    + client.port() + " DESTADDR=" + client.serverAddress() + " DESTPORT=" + client.serverPort()
                    + "\r\n");
            for (Exchange exchange : expected) {
                send(socket, exchange.sent);
                if (!exchange.sent.isEmpty()) {
                    said.add("C: " + exchange.sent);
                }
                for (int i = 0; i < exchange.replies.size(); i++) {
                    if (isLast(exchange.replies.get(i))) {
                        reply(in, said);
                    }
                }
            }
            socket.shutdownOutput();
            in.rest().lines().forEach(line -> said.add("S: (more) " + line));
        } catch (SocketTimeoutException _) {
            said.add("S: (no more)");
        } catch (IOException e) {
            said.add("S: (" + e.getMessage() + ")");
        }
        return said;
    }

    /** Where there is none smtpd has ended with an error, and master would hold back the next one for a minute. */
    private void greeting(Answers in) throws IOException {
        try {
            in.line();
        } catch (SocketTimeoutException e) {
            command("reload");
            throw e;
        }
    }

    private static boolean isLast(String line) {
        return line.length() < 4 || line.charAt(3) != '-';
    }

    /** All lines of one reply. */
    private static void reply(Answers in, List<String> said) throws IOException {
        String line;
        do {
            line = in.line();
            said.add("S: " + line);
        } while (!isLast(line));
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** What the server says. When a minute has passed, or its smtpd has died, nothing more will come. */
    private final class Answers {
        private final InputStream in;
        private final long logged;

        /** @param logged where the log ended before the session */
        Answers(InputStream in, long logged) {
            this.in = in;
            this.logged = logged;
        }

        private int read() throws IOException {
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                try {
                    return in.read();
                } catch (SocketTimeoutException e) {
                    if (System.nanoTime() - until > 0 || hasDied(logged)) {
                        throw e;
                    }
                }
            }
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = read(); b != '\n'; b = read()) {
                if (b < 0) {
                    return line + "(closed)";
                }
                line.append((char) b);
            }
            return line.isEmpty() || line.charAt(line.length() - 1) != '\r'
                    ? line.toString()
                    : line.substring(0, line.length() - 1);
        }

        String rest() throws IOException {
            StringBuilder all = new StringBuilder();
            for (int b = read(); b >= 0; b = read()) {
                all.append((char) b);
            }
            return all.toString();
        }
    }

    private long logged() throws IOException {
        return Files.exists(log()) ? Files.size(log()) : 0;
    }

    /** True when master has told so since this place in the log. */
    private boolean hasDied(long from) throws IOException {
        return Files.exists(log()) && logFrom(from).contains("/smtpd pid ");
    }

    /** The lines of smtpd since this place in the log, up to the one that says disconnect. */
    private List<String> logLines(long from) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            List<String> lines = new ArrayList<>();
            if (Files.exists(log())) {
                for (String line : logFrom(from).split("\n", -1)) {
                    int at = line.indexOf("]: ");
                    if (line.contains("postfix/smtpd[") && at > 0) {
                        lines.add("L: " + line.substring(at + 3));
                    }
                }
            }
            if (lines.stream()
                    .anyMatch(line -> line.startsWith("L: disconnect from") || line.startsWith("L: fatal:"))) {
                return lines;
            }
            if (hasDied(from)) {
                return NO_END;
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        return NO_END;
    }

    /** Whole lines only: the last one may be half written. */
    private String logFrom(long place) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "r")) {
            byte[] text = new byte[(int) Math.max(0, file.length() - place)];
            file.seek(place);
            file.readFully(text);
            String all = new String(text, StandardCharsets.ISO_8859_1);
            return all.substring(0, all.lastIndexOf('\n') + 1);
        }
    }

    @Override
    public void close() throws IOException {
        command("stop");
    }
}
