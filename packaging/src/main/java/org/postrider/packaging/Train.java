package org.postrider.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the ahead-of-time caches of an image: runs a private instance of the suite once, sends mail through every daemon, notes
 * which classes they loaded, and dumps those into a cache for all daemons and one for the commands. Argument: the image's folder. The cache holds for this image
 * at this place only; launchers of an image that was moved start without it.
 */
public final class Train {
    private static final Pattern LOADED = Pattern.compile("\\[class,load\\] (\\S+) source:");
    private static final String OPTIONS = "-XX:+UseSerialGC -XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions"
            + " -XX:ArchiveRelocationMode=0 --enable-native-access=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED";

    /** Folders with the logs of loaded classes. */
    private static final String DAEMONS = "daemon-classes";
    private static final String COMMANDS = "command-classes";

    private final Path image;
    private final Path folder;
    private final List<Process> started = new ArrayList<>();
    private int port;

    private Train(Path image, Path folder) {
        this.image = image;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path image = Path.of(arguments[0]).toAbsolutePath().normalize();
        Path folder = Files.createTempDirectory("postrider-train");
        try {
            new Train(image, folder).run();
        } finally {
            removeTree(folder);
        }
    }

    private void run() throws IOException, InterruptedException {
        removeTree(image.resolve("cache"));
        try (ServerSocket sink = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon(true).start(() -> serve(sink));
            configure(sink.getLocalPort());
            Process master = start("libexec/master", "-d");
            exercise();
            master.destroy();
            if (!master.waitFor(20, TimeUnit.SECONDS)) {
                throw new IOException("the training instance does not stop");
            }
        } finally {
            started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
            started.forEach(Process::destroyForcibly);
        }
        dump();
    }

    private void configure(int sinkPort) throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        for (String name : List.of("conf", "spool", "data", "mail", DAEMONS, COMMANDS)) {
            Files.createDirectories(folder.resolve(name));
        }
        String user = System.getProperty("user.name");
        Files.writeString(folder.resolve("conf/main.cf"), """
                compatibility_level = 3.6
                queue_directory = %1$s/spool
                data_directory = %1$s/data
                daemon_directory = %2$s/libexec
                command_directory = %2$s/bin
                mail_owner = %3$s
                default_privs = %3$s
                setgid_group = %3$s
                maillog_file = %1$s/mail.log
                maillog_file_prefixes = %1$s
                myhostname = train.example.test
                mydestination = train.example.test, localhost
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                alias_maps = inline:{nobody=/dev/null}
                alias_database =
                local_recipient_maps =
                biff = no
                mail_spool_directory = %1$s/mail/
                relayhost = [127.0.0.1]:%4$d
                virtual_mailbox_domains = virtual.example.test
                virtual_mailbox_base = %1$s/mail
                virtual_mailbox_maps = proxy:static:v/
                virtual_uid_maps = static:%5$d
                virtual_gid_maps = static:%5$d
                import_environment = PATH, POSTRIDER_JAVA_OPTIONS, MAIL_CONFIG
                """.formatted(folder, image, user, sinkPort, 1000));
        try (InputStream stock = Train.class.getResourceAsStream("/org/postrider/conf/master.cf")) {
            if (stock == null) {
                throw new IOException("no stock master.cf on the class path");
            }
            String text = new String(stock.readAllBytes(), StandardCharsets.ISO_8859_1);
            Files.writeString(folder.resolve("conf/master.cf"), text.replaceFirst("(?m)^smtp(\\s+inet)", port + "$1"));
        }
    }

    private Process start(String program, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(image.resolve(program).toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("output").toFile()));
        builder.environment().put("MAIL_CONFIG", folder.resolve("conf").toString());
        builder.environment().put("POSTRIDER_JAVA_OPTIONS",
                "-Xlog:class+load:file=" + folder.resolve(program.startsWith("bin/") ? COMMANDS : DAEMONS)
                        + "/%p.log::filesize=0");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void exercise() throws IOException, InterruptedException {
        String user = System.getProperty("user.name");
        for (String recipient : List.of(user + "@localhost", "x@elsewhere.example.test", "y@virtual.example.test",
                "no-such-user@train.example.test", "nobody@localhost")) {
            send(recipient);
        }
        sendmail(user);
        awaitQuiet();
        for (List<String> command : List.of(List.of("postqueue", "-p"), List.of("mailq"), List.of("postconf", "-n"),
                List.of("postconf", "-d"), List.of("postqueue", "-f"), List.of("postsuper", "-p"),
                List.of("postcat", "-q", "00000"))) {
            Process process = start("bin/" + command.getFirst(),
                    command.subList(1, command.size()).toArray(String[]::new));
            process.getOutputStream().close();
            int _ = process.waitFor();
        }
    }

    private void sendmail(String user) throws IOException, InterruptedException {
        Process process = start("bin/sendmail", "-i", user + "@localhost");
        process.getOutputStream().write("Subject: training\n\nA line.\n".getBytes(StandardCharsets.ISO_8859_1));
        process.getOutputStream().close();
        if (process.waitFor() != 0) {
            throw new IOException("sendmail: " + Files.readString(folder.resolve("output")));
        }
    }

    private void send(String recipient) throws IOException, InterruptedException {
        try (Socket socket = connect()) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            reply(in);
            for (String line : List.of("EHLO train.example.test", "MAIL FROM:<a@train.example.test>",
                    "RCPT TO:<" + recipient + ">", "DATA",
                    "From: a@train.example.test\r\nTo: " + recipient + "\r\nSubject: training\r\n\r\nA line.\r\n.",
                    "QUIT")) {
                socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                reply(in);
            }
        }
    }

    private Socket connect() throws IOException, InterruptedException {
        for (int attempt = 0;; attempt++) {
            try {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(30_000);
                return socket;
            } catch (IOException e) {
                if (attempt == 200) {
                    throw new IOException("the training instance does not start: "
                            + Files.readString(folder.resolve("output")), e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    /** Reads one reply, which must not defer. */
    static void reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        if (line == null || line.startsWith("4")) {
            throw new IOException("the training instance answered: " + line);
        }
    }

    /** Waits until every message has left the queue, the notice about the unknown user included. */
    private void awaitQuiet() throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 400; attempt++) {
            String log = Files.readString(folder.resolve("mail.log"), StandardCharsets.ISO_8859_1);
            if (occurrences(log, ": removed\n") >= 6) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IOException("mail stays in the training instance:\n"
                + Files.readString(folder.resolve("mail.log"), StandardCharsets.ISO_8859_1));
    }

    private static long occurrences(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    /** The host that the relayed message goes to: says yes to everything. */
    private static void serve(ServerSocket sink) {
        while (true) {
            try (Socket socket = sink.accept()) {
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                socket.getOutputStream().write("220 sink ESMTP\r\n".getBytes(StandardCharsets.ISO_8859_1));
                boolean data = false;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (data && !line.equals(".")) {
                        continue;
                    }
                    data = !data && line.startsWith("DATA");
                    String reply = data ? "354 Go on\r\n" : "250 2.0.0 Ok\r\n";
                    socket.getOutputStream().write(reply.getBytes(StandardCharsets.ISO_8859_1));
                }
            } catch (IOException _) {
                if (sink.isClosed()) {
                    return;
                }
            }
        }
    }

    /**
     * Commands have a cache of their own: the fewer classes it has, the sooner a command starts. What they do is done once, so
     * that the cache holds the lambdas too.
     */
    private void dump() throws IOException, InterruptedException {
        Path commands = classList(COMMANDS);
        Path all = classList(COMMANDS, DAEMONS);
        Files.createDirectories(image.resolve("cache"));
        Path work = Files.createDirectories(folder.resolve("work"));
        dump("suite.aot", List.of(RunDaemons.class.getName(), all.toString(), folder.resolve("conf").toString(),
                work.toString()));
        dump("commands.aot",
                List.of(RunCommands.class.getName(), commands.toString(), folder.resolve("conf").toString()));
        Files.writeString(image.resolve("cache/home"), image + "\n");
    }

    private Path classList(String... folders) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (String each : folders) {
            try (Stream<Path> logs = Files.list(folder.resolve(each))) {
                for (Path log : logs.toList()) {
                    collect(log, names);
                }
            }
        }
        return Files.write(folder.resolve(String.join("+", folders) + ".list"), names);
    }

    private void dump(String name, List<String> training) throws IOException, InterruptedException {
        Path cache = image.resolve("cache").resolve(name);
        List<String> line = new ArrayList<>(List.of(image.resolve("runtime/bin/java").toString()));
        line.addAll(List.of(OPTIONS.split(" ", -1)));
        line.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-Djava.library.path=" + image.resolve("lib/native"), "-cp",
                classPath()));
        line.addAll(training);
        Path output = folder.resolve("dump");
        int status = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start()
                .waitFor();
        if (status != 0 || !Files.exists(cache)) {
            throw new IOException("no cache was made: " + Files.readString(output));
        }
        System.err.println("cache " + name + ": " + Files.size(cache) / 1024 + " KiB");
    }

    private static void collect(Path log, Set<String> names) throws IOException {
        for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            Matcher matcher = LOADED.matcher(line);
            if (matcher.find() && !matcher.group(1).contains("/") && !matcher.group(1).contains("$$")) {
                names.add(matcher.group(1));
            }
        }
    }

    private String classPath() throws IOException {
        StringBuilder path = new StringBuilder();
        for (String jar : Files.readAllLines(image.resolve("lib/class-path"))) {
            path.append(path.isEmpty() ? "" : ":").append(image.resolve("lib").resolve(jar));
        }
        return path.toString();
    }

    private static void removeTree(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        try (Stream<Path> all = Files.walk(top)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }
}
