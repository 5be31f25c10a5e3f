package org.postrider.master;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A master in a process of its own, with toy daemons that are real processes too, in unprivileged mode. */
final class TestInstance implements AutoCloseable {
    final Path home;
    final int port = freePort();
    private final List<String> services = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private Process master;

    /** A client's connection to a toy service. */
    record Client(Socket socket, BufferedReader in) implements AutoCloseable {
        String line() throws IOException {
            return in.readLine();
        }

        String echo(String text) throws IOException {
            socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.US_ASCII));
            return in.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    TestInstance(Path home) throws IOException {
        this.home = home;
        Files.createDirectories(home.resolve("conf"));
        Files.createDirectories(home.resolve("libexec"));
        launcher("master", Master.class);
        launcher("toy", ToyDaemon.class);
        set("compatibility_level", "3.6");
        set("queue_directory", home.resolve("q").toString());
        set("data_directory", home.resolve("data").toString());
        set("daemon_directory", home.resolve("libexec").toString());
        set("mail_owner", System.getProperty("user.name"));
        set("inet_interfaces", "127.0.0.1");
        set("inet_protocols", "ipv4");
        set("maillog_file", home.resolve("log").toString());
        set("maillog_file_prefixes", home.toString());
        set("mail_name", "first");
        set("service_throttle_time", "1s");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void launcher(String name, Class<?> main) throws IOException {
        Path file = home.resolve("libexec").resolve(name);
        Files.writeString(file,
                """
                        #!/bin/sh
                        exec %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto --enable-native-access=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
                        -cp '%s' %s "$@"
                        """
                        .formatted(Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                                main.getName()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    TestInstance set(String name, String value) {
        settings.removeIf(line -> line.startsWith(name + " ="));
        settings.add(name + " = " + value);
        return this;
    }

    TestInstance service(String line) {
        services.add(line);
        return this;
    }

    TestInstance noServices() {
        services.clear();
        return this;
    }

    void configure() throws IOException {
        Files.write(home.resolve("conf/main.cf"), settings);
        Files.write(home.resolve("conf/master.cf"), services);
    }

    TestInstance start() throws IOException {
        configure();
        master = run("-d");
        return this;
    }

    Process run(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(home.resolve("libexec/master").toString(), "-c",
                home.resolve("conf").toString()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("output").toFile())).start();
    }

    Process master() {
        return master;
    }

    void reload() throws IOException {
        configure();
        signal("HUP");
    }

    void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(master.pid())).start().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Client connect() throws IOException {
        return connect(port);
    }

    static Client connect(int to) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), to);
        socket.setSoTimeout(60_000);
        return new Client(socket,
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
    }

    String log() throws IOException {
        Path file = home.resolve("log");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    String output() throws IOException {
        return Files.readString(home.resolve("output"));
    }

    boolean hasEnded() throws InterruptedException {
        return master.waitFor(60, TimeUnit.SECONDS);
    }

    static long pidIn(String greeting) {
        return Long.parseLong(greeting.substring(greeting.indexOf("pid=") + 4));
    }

    /** Stops the system, so that no daemon is left behind. */
    @Override
    public void close() throws IOException {
        if (master != null && master.isAlive()) {
            signal("TERM");
            try {
                if (!master.waitFor(60, TimeUnit.SECONDS)) {
                    master.destroyForcibly();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
