package org.postrider.tests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.postrider.common.posix.Identity;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A private instance of the whole suite: real processes from the staged image, its own configuration, queue and log below one
 * folder, ports of its own. In unprivileged mode everything runs as the user who runs the tests; in root mode ({@link
 * #asRoot}) as Debian's accounts for Postfix.
 */
final class Instance implements AutoCloseable {
    static final Path IMAGE = Path.of(System.getProperty("postrider.image", "../packaging/target/postrider"))
            .toAbsolutePath().normalize();
    private static final String ORDINARY_USER = "games";
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHOWN = 60;

    private final Path folder;
    private final int smtpPort;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> services = new ArrayList<>();
    /** In front of every command line. */
    private final List<String> become = new ArrayList<>();
    private UnaryOperator<String> masterCfChange = UnaryOperator.identity();
    private Process master;

    Instance(Path folder) throws IOException {
        this(folder, System.getProperty("user.name"), System.getProperty("user.name"));
    }

    /** A system as root runs it: see {@link Prerequisites#rootMode}. Anybody may search the folder, and write below mail. */
    static Instance asRoot(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Instance instance = new Instance(folder, "postfix", "postdrop").set("default_privs", "nobody");
        instance.writable("mail");
        return instance;
    }

    /**
     * A system of an ordinary user, who owns the folder: whoever runs the tests, or, when that is root, the user games, whom every
     * Debian system has.
     */
    static Instance ofOrdinaryUser(Path folder) throws IOException, InterruptedException {
        if (Identity.effectiveUid() != 0) {
            return new Instance(folder);
        }
        Instance instance = new Instance(folder, ORDINARY_USER, ORDINARY_USER);
        if (new ProcessBuilder("chown", "-R", ORDINARY_USER, folder.toString()).start().waitFor() != 0) {
            throw new IOException("chown " + folder);
        }
        instance.become.addAll(setpriv(ORDINARY_USER, ORDINARY_USER));
        return instance;
    }

    private static List<String> setpriv(String user, String group) {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups");
    }

    private Instance(Path folder, String owner, String group) throws IOException {
        this.folder = folder;
        this.smtpPort = Ports.free();
        for (String name : List.of("conf", "log", "mail")) {
            Files.createDirectories(folder.resolve(name));
        }
        set("compatibility_level", "3.6");
        set("queue_directory", folder.resolve("spool").toString());
        set("data_directory", folder.resolve("data").toString());
        set("mail_owner", owner);
        set("default_privs", owner);
        set("setgid_group", group);
        set("maillog_file", log().toString());
        set("maillog_file_prefixes", folder.toString());
        set("myhostname", "mail.example.test");
        set("mydestination", "mail.example.test, localhost");
        set("inet_interfaces", "127.0.0.1");
        set("inet_protocols", "ipv4");
        set("mynetworks", "127.0.0.0/8");
        set("alias_maps", "");
        set("alias_database", "");
        set("local_recipient_maps", "");
        set("biff", "no");
        set("mail_spool_directory", folder.resolve("mail") + "/");
    }

    static boolean imageIsStaged() {
        return Files.isExecutable(IMAGE.resolve("libexec/master"));
    }

    Instance set(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** One more line of master.cf. */
    Instance service(String line) {
        services.add(line);
        return this;
    }

    /** A change to the stock master.cf. */
    Instance masterCf(UnaryOperator<String> change) {
        masterCfChange = change;
        return this;
    }

    /** A folder below this instance's that every user may write in. */
    Path writable(String name) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
        return made;
    }

    int smtpPort() {
        return smtpPort;
    }

    Path folder() {
        return folder;
    }

    Path queue() {
        return folder.resolve("spool");
    }

    Path log() {
        return folder.resolve("log/mail.log");
    }

    Path configuration() {
        return folder.resolve("conf");
    }

    /** The user who runs an instance in unprivileged mode. */
    String owner() {
        return settings.get("mail_owner");
    }

    /** Where mail for a local user is delivered. */
    Path maildir(String user) {
        return folder.resolve("mail").resolve(user);
    }

    /** Writes main.cf and master.cf as they stand now. */
    void configure() throws IOException {
        StringBuilder main = new StringBuilder();
        settings.forEach((name, value) -> main.append(name).append(" = ").append(value).append('\n'));
        Files.writeString(configuration().resolve("main.cf"), main);
        try (InputStream stock = Instance.class.getResourceAsStream("/org/postrider/conf/master.cf")) {
            String text = new String(stock.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .replaceFirst("(?m)^smtp(\\s+inet)", smtpPort + "$1");
            Files.writeString(configuration().resolve("master.cf"),
                    masterCfChange.apply(text) + String.join("\n", services) + "\n");
        }
    }

    /** Starts master and waits until it listens. */
    Instance start() throws IOException {
        return start(command("libexec/master", "-d"));
    }

    /** The same with a queue on a small file system of its own, which only this master's processes see. */
    Instance startWithSmallQueue(String size) throws IOException {
        return startMounted("mount -t tmpfs -o size=" + size + " tmpfs " + queue());
    }

    /** The same with mounts of its own, by a shell's command; they go when the last of its processes has ended. */
    Instance startMounted(String mount) throws IOException {
        Files.createDirectories(queue());
        ProcessBuilder plain = command("libexec/master", "-d");
        List<String> line = new ArrayList<>(
                List.of("unshare", "--mount", "sh", "-c", mount + " && exec \"$0\" \"$@\""));
        line.addAll(plain.command());
        return start(plain.command(line));
    }

    /** True when this user may give a process a file system of its own. */
    static boolean canMount() throws IOException, InterruptedException {
        return new ProcessBuilder("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt").start().waitFor() == 0;
    }

    /** The queue as master sees it. */
    Path queueSeenByMaster() {
        return Path.of("/proc/" + master.pid() + "/root" + queue());
    }

    private Instance start(ProcessBuilder builder) throws IOException {
        configure();
        long before = count("daemon started -- version");
        master = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("log/master.out").toFile()).start();
        await("master has started or ended", () -> count("daemon started -- version") > before || !master.isAlive());
        if (count("daemon started -- version") == before) {
            throw new IOException(Files.readString(folder.resolve("log/master.out")) + logText());
        }
        return this;
    }

    /** kill -9: master and, because their control connection breaks, every daemon. */
    void killMaster() {
        List<ProcessHandle> all = master.descendants().toList();
        master.destroyForcibly();
        try {
            int _ = master.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        await("daemons have left", () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Starts master once more on the same folder. */
    void startAgain() throws IOException {
        Instance _ = start();
    }

    /** A command of the image on this instance's configuration. */
    ProcessBuilder command(String program, String... arguments) {
        List<String> line = new ArrayList<>(become);
        line.add(IMAGE.resolve(program).toString());
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("MAIL_CONFIG", configuration().toString());
        return builder;
    }

    /** What a command printed, both streams, and its exit status. */
    record Outcome(int status, String text) {}

    Outcome run(String input, String program, String... arguments) throws IOException, InterruptedException {
        return outcome(command(program, arguments), input);
    }

    /** Runs any command to its end. */
    static Outcome outcome(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            // A command that does not read its input may be gone already.
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return new Outcome(process.waitFor(), text);
    }

    /** The same as another user, by setpriv(1). */
    Outcome runAs(String user, String input, String program, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = command(program, arguments);
        List<String> line = new ArrayList<>(setpriv(user, "nogroup"));
        line.addAll(builder.command());
        return outcome(builder.command(line), input);
    }

    Process master() {
        return master;
    }

    /** The process ids of the daemons that run this program. */
    List<ProcessHandle> daemons(String program) {
        return daemons(master.toHandle(), program);
    }

    static List<ProcessHandle> daemons(ProcessHandle master, String program) {
        return master.descendants().filter(handle -> handle.info().command().orElse("").endsWith("/bin/" + program))
                .toList();
    }

    void reload() {
        signal(master.pid(), "HUP");
    }

    static void signal(long pid, String signal) {
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill " + pid);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGTERM; what is still there after half a minute is killed. */
    void stop() {
        if (master == null || !master.isAlive()) {
            return;
        }
        List<ProcessHandle> all = master.descendants().toList();
        signal(master.pid(), "TERM");
        try {
            if (!master.waitFor(60, TimeUnit.SECONDS)) {
                int _ = master.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        stop();
    }

    // What can be seen of it

    String logText() throws IOException {
        try {
            return Files.readString(log(), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    /** How often this text stands in the log. */
    long count(String text) {
        try {
            return Pattern.compile(Pattern.quote(text)).matcher(logText()).results().count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void awaitLog(String text) {
        await("log has: " + text, () -> count(text) > 0);
    }

    /** Messages in a Maildir. */
    List<Path> messages(Path maildir) {
        return files(maildir.resolve("new"));
    }

    /** Files of a queue directory, its hash directories included. */
    List<Path> queued(String queue) {
        return files(queue().resolve(queue));
    }

    /**
     * Waits until no message is queued. A file without the owner-execute bit is none: cleanup left it when it was killed, its
     * client was never told 250, and postsuper(1) removes it.
     */
    void awaitEmptyQueue() {
        // A message on its way forward is always seen, as the directories are listed in that order; one that goes back
        // (deferred to active, or active to incoming when qmgr starts) can be missed once, not for half a second.
        try {
            Awaitility.await("queue is empty").atMost(PATIENCE).pollInterval(Duration.ofMillis(20))
                    .during(Duration.ofMillis(500)).until(() -> Stream.of("maildrop", "incoming", "active", "deferred")
                            .flatMap(name -> queued(name).stream()).noneMatch(Files::isExecutable));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("the queue is not empty: " + lastOfLog(), e);
        }
    }

    private String lastOfLog() {
        try {
            List<String> lines = logText().lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** What is below a folder that others change. */
    static List<Path> files(Path top) {
        try (Stream<Path> all = Files.walk(top)) {
            return all.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException | java.io.UncheckedIOException _) {
            // A directory changed while it was walked.
            return files(top);
        }
    }

    void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
    }
}
