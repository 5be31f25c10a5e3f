package org.postrider.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.postrider.common.posix.Identity;

/**
 * An instance of Debian's Postfix with configuration, queue and log of its own, for a test in root mode. The one that the machine
 * may run is not touched.
 */
final class RealPostfix implements AutoCloseable {
    private static final Path STOCK = Path.of("/usr/share/postfix/master.cf.dist");

    private final Path folder;
    private final int smtpPort;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private String nameServer = "";
    private UnaryOperator<String> masterCfChange = UnaryOperator.identity();
    private boolean running;

    /** @param queue where its queue is or will be; several systems may have it in turn */
    RealPostfix(Path folder, Path queue) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.smtpPort = Ports.free();
        Files.createDirectories(queue);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : new String[]{"conf", "data", "mail"}) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.setPosixFilePermissions(folder.resolve("mail"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setAttribute(folder.resolve("data"), "unix:uid", Files.getAttribute(Path.of("/var/lib/postfix"),
                "unix:uid"));
        set("compatibility_level", "3.6").set("queue_directory", queue.toString())
                .set("data_directory", folder.resolve("data").toString()).set("mail_owner", "postfix")
                .set("setgid_group", "postdrop").set("maillog_file", log().toString())
                .set("maillog_file_prefixes", folder.toString()).set("myhostname", "real.example.test")
                .set("mydestination", "real.example.test").set("inet_interfaces", "127.0.0.1")
                .set("inet_protocols", "ipv4").set("mynetworks", "127.0.0.0/8").set("alias_maps", "")
                .set("alias_database", "").set("local_recipient_maps", "").set("biff", "no")
                .set("smtp_host_lookup", "native").set("mail_spool_directory", folder.resolve("mail") + "/");
    }

    /** Says which parts are missing, and leaves the test out. */
    static void needs(Class<?> test) throws IOException {
        Prerequisites.rootMode(test);
        Prerequisites.file(test, "/usr/lib/postfix/sbin/master");
        Prerequisites.file(test, STOCK.toString());
    }

    RealPostfix set(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Changes its master.cf. */
    RealPostfix masterCf(UnaryOperator<String> change) {
        masterCfChange = change;
        return this;
    }

    /** The one DNS server, at port 53 of this address, that its SMTP server and client ask; in place of the system's. */
    RealPostfix nameServer(String address) {
        nameServer = address;
        return this;
    }

    int smtpPort() {
        return smtpPort;
    }

    Path log() {
        return folder.resolve("mail.log");
    }

    Path maildir(String user) {
        return folder.resolve("mail").resolve(user);
    }

    String logText() throws IOException {
        try {
            return Files.readString(log(), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    RealPostfix start() throws IOException, InterruptedException {
        return start("");
    }

    /** Starts it without this service of its master.cf. */
    RealPostfix start(String without) throws IOException, InterruptedException {
        configure(without);
        run("postfix", "start");
        running = true;
        return this;
    }

    private void configure(String without) throws IOException {
        StringBuilder main = new StringBuilder();
        settings.forEach((name, value) -> main.append(name).append(" = ").append(value).append('\n'));
        Files.writeString(folder.resolve("conf/main.cf"), main);
        StringBuilder master = new StringBuilder();
        for (String line : Files.readString(STOCK, StandardCharsets.ISO_8859_1).lines().toList()) {
            boolean asks = line.startsWith("smtp ") && !nameServer.isEmpty();
            String text = line.replaceFirst("^smtp(\\s+inet)", smtpPort + "$1")
                    .replaceFirst("^(\\w+\\s+[\\w-]+\\s+\\S+\\s+\\S+\\s+)y(\\s)", asks ? "$1y$2" : "$1n$2");
            if (without.isEmpty() || !text.startsWith(without + " ")) {
                master.append(text).append('\n');
            }
        }
        Files.writeString(folder.resolve("conf/master.cf"), masterCfChange.apply(master.toString()));
        if (!nameServer.isEmpty()) {
            // Found in place of the system's after the root directory has changed to the queue.
            Path etc = Files.createDirectories(Path.of(settings.get("queue_directory"), "etc"));
            Files.writeString(etc.resolve("resolv.conf"),
                    "nameserver " + nameServer + "\noptions timeout:1 attempts:1\n");
        }
    }

    /** A command of Debian's Postfix on this configuration. */
    String run(String program, String... arguments) throws IOException, InterruptedException {
        return input("", program, arguments);
    }

    String input(String input, String program, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("/usr/sbin/" + program));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("MAIL_CONFIG", folder.resolve("conf").toString());
        Instance.Outcome outcome = Instance.outcome(builder, input);
        if (outcome.status() != 0) {
            throw new IOException(line + " as " + Identity.effectiveUid() + ": " + outcome.text() + logText());
        }
        return outcome.text();
    }

    void stop() throws IOException, InterruptedException {
        if (running) {
            running = false;
            run("postfix", "stop");
        }
    }

    /** Kills it in the middle of its work. */
    void abort() throws IOException, InterruptedException {
        running = false;
        run("postfix", "abort");
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
