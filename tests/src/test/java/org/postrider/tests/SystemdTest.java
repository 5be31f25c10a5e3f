package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tarball in a small Debian whose process 1 is a real systemd: installed by the very lines of the README, started, reloaded, killed
 * and stopped by systemctl, with the unit's sandbox around it.
 */
@Tag("peers")
class SystemdTest {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final String PACKAGES = "systemd,systemd-sysv,libpcre2-8-0,liblmdb0,curl,procps";
    private static final int MINUTES = 5;

    @TempDir
    Path folder;

    private static Path tarball;

    @BeforeAll
    static void needs() throws IOException {
        Prerequisites.rootMode(SystemdTest.class);
        Prerequisites.programs(SystemdTest.class, "mmdebstrap", "systemd-nspawn");
        try (Stream<Path> files = Files.list(TOP.resolve("packaging/target"))) {
            tarball = files.filter(file -> file.toString().endsWith(".tar.gz")).findAny()
                    .orElse(TOP.resolve("packaging/target/postrider.tar.gz (made by -Ptarball)"));
        }
        Prerequisites.file(SystemdTest.class, tarball.toString());
    }

    @Test
    void installedAsTheReadmeSaysItServesUnderSystemd() throws Exception {
        Path root = folder.resolve("root");
        run("mmdebstrap", "--quiet", "--variant=minbase", "--include=" + PACKAGES, "bookworm", root.toString());
        Path home = root.resolve("root");
        Files.copy(tarball, home.resolve(tarball.getFileName()));
        executable(home.resolve("install.sh"), "#!/bin/bash\nset -ex\n" + installation());
        executable(home.resolve("inside.sh"), resource("inside.sh").replace("@VERSION@", version()));
        Path system = root.resolve("etc/systemd/system");
        Files.writeString(system.resolve("try.service"), """
                [Service]
                Type=oneshot
                WorkingDirectory=/root
                ExecStart=/bin/bash -c './install.sh > install.log 2>&1; ./inside.sh > report 2>&1'
                ExecStopPost=/bin/systemctl --no-block poweroff
                TimeoutStartSec=240
                """);
        Path wants = Files.createDirectories(system.resolve("multi-user.target.wants"));
        Files.createSymbolicLink(wants.resolve("try.service"), Path.of("../try.service"));
        Files.writeString(root.resolve("etc/hostname"), "box\n");
        Files.writeString(root.resolve("etc/hosts"), "127.0.0.1 localhost\n");
        run("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--boot",
                "--directory=" + root);

        Map<String, List<String>> report = report(Files.readString(home.resolve("report")));
        String all = Files.readString(home.resolve("install.log")) + report;
        assertThat(report).as(all).containsKeys("state", "letters", "reload", "command of a user", "killed", "stop",
                "log", "end");
        assertThat(report.get("state")).as(all).containsExactly("active");
        assertThat(report.get("letters")).as(all).containsExactly("/var/mail/anna:Subject: first",
                "/var/mail/root:Subject: hers", "anna 600");
        assertThat(report.get("reload")).as(all).containsExactly("active");
        assertThat(report.get("command of a user")).as(all).containsExactly("anna");
        assertThat(report.get("killed")).as(all).containsExactly("another");
        assertThat(report.get("stop")).as(all).containsExactly("success", "inactive", "0");
        assertThat(report.get("log")).as(all).noneMatch(line -> line.contains("warning:"))
                .noneMatch(line -> line.contains("fatal:"));
    }

    /** The lines that the README gives to whoever installs the tarball. */
    private static String installation() throws IOException {
        return Files.readAllLines(TOP.resolve("README.md")).stream().dropWhile(line -> !line.contains("To install:"))
                .skip(1).dropWhile(String::isBlank).takeWhile(line -> line.startsWith("    "))
                .collect(Collectors.joining("\n")) + "\n";
    }

    private static String version() {
        return tarball.getFileName().toString().replaceAll("postrider-(.*)\\.tar\\.gz", "$1");
    }

    private static Map<String, List<String>> report(String text) {
        return Arrays.stream(text.split("(?m)^== ")).skip(1).collect(Collectors.toMap(
                part -> part.lines().findFirst().orElseThrow(), part -> part.lines().skip(1).toList()));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = SystemdTest.class.getResourceAsStream("/systemd/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void run(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve(command[0] + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as(Files.readString(output)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
