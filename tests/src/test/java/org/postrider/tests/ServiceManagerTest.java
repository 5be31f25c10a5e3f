package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Sockets;

/** What systemd sees of the suite: sd_notify(3) messages, and the unit file of the image. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class ServiceManagerTest {
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    Path folder;

    @Test
    void theManagerHearsOfStartReloadAndStop() throws Exception {
        Path socket = folder.resolve("notify");
        int manager = Sockets.bindDatagram(socket);
        try (Instance instance = new Instance(folder)) {
            instance.configure();
            ProcessBuilder builder = instance.command("bin/postfix", "start-fg");
            builder.environment().put("NOTIFY_SOCKET", socket.toString());
            Process master = builder.start();
            try {
                assertThat(next(manager)).isEqualTo("READY=1");
                instance.awaitLog("daemon started -- version");
                Instance.signal(master.pid(), "HUP");
                assertThat(next(manager)).matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+");
                assertThat(next(manager)).isEqualTo("READY=1");
                Instance.signal(master.pid(), "TERM");
                assertThat(next(manager)).isEqualTo("STOPPING=1");
                assertThat(master.waitFor(40, TimeUnit.SECONDS)).isTrue();
                assertThat(master.exitValue()).isZero();
            } finally {
                master.descendants().forEach(ProcessHandle::destroyForcibly);
                master.destroyForcibly();
            }
        } finally {
            Descriptors.close(manager);
        }
    }

    private static String next(int socket) throws PosixException {
        assertThat(Poll.await(new int[]{socket}, new int[]{Poll.READABLE}, PATIENCE_MILLIS)[0])
                .as("a message in time").isNotZero();
        byte[] buffer = new byte[1000];
        int length = Descriptors.read(socket, buffer);
        return new String(buffer, 0, length, StandardCharsets.US_ASCII);
    }

    @Test
    void systemdTakesTheUnit() throws Exception {
        Prerequisites.programs(ServiceManagerTest.class, "systemd-analyze");
        Path unit = Instance.IMAGE.resolve("share/systemd/postrider.service");
        Instance.Outcome outcome = Instance.outcome(
                new ProcessBuilder("systemd-analyze", "verify", "--man=no", unit.toString()), "");
        assertThat(outcome.text()).doesNotContain("postrider.service");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void anImageThatWasMovedSettlesWhereItIs() throws Exception {
        Path place = folder.resolve("postrider");
        run("cp", "-a", Instance.IMAGE.toString(), place.toString());
        String here = place.toRealPath().toString();
        servesFrom(place);
        run(place.resolve("share/settle").toString());
        assertThat(place.resolve("share/systemd/postrider.service")).content()
                .contains("ExecStart=" + here + "/bin/postfix start-fg").doesNotContain("@HOME@");
        assertThat(place.resolve("cache/home")).hasContent(here);
        assertThat(place.resolve("cache/suite.aot")).isNotEmptyFile();
        assertThat(run(place.resolve("bin/postconf").toString(), "-d", "-h", "daemon_directory"))
                .isEqualTo(here + "/libexec\n");
    }

    /** Before anybody has settled it; and by a link, as they stand in /usr/sbin. */
    private void servesFrom(Path image) throws Exception {
        Path links = Files.createDirectory(folder.resolve("sbin"));
        for (String name : List.of("postfix", "postconf", "sendmail")) {
            Files.createSymbolicLink(links.resolve(name), image.resolve("bin").resolve(name));
        }
        String user = System.getProperty("user.name");
        Instance instance = new Instance(Files.createDirectory(folder.resolve("moved")));
        instance.configure();
        String configuration = instance.configuration().toString();
        assertThat(run(links.resolve("postconf").toString(), "-c", configuration, "-h", "daemon_directory"))
                .isEqualTo(image.toRealPath().resolve("libexec") + "\n");
        run(links.resolve("postfix").toString(), "-c", configuration, "start");
        try {
            assertThat(
                    Instance.outcome(new ProcessBuilder(links.resolve("sendmail").toString(), "-C", configuration, "-i",
                            user), "Subject: x\n\nfrom elsewhere\n").status())
                    .isZero();
            instance.await("delivered", () -> instance.messages(instance.maildir(user)).size() == 1);
        } finally {
            run(links.resolve("postfix").toString(), "-c", configuration, "stop");
        }
    }

    @Test
    void accountsAndFoldersAreMadeAsSystemdDoes() throws Exception {
        Prerequisites.rootMode(ServiceManagerTest.class);
        Prerequisites.programs(ServiceManagerTest.class, "systemd-sysusers", "systemd-tmpfiles");
        Path systemd = Instance.IMAGE.resolve("share/systemd");
        Files.createDirectory(folder.resolve("etc"));
        run("systemd-sysusers", "--root=" + folder, systemd.resolve("postrider-sysusers.conf").toString());
        run("systemd-tmpfiles", "--create", "--root=" + folder,
                systemd.resolve("postrider-tmpfiles.conf").toString());
        assertThat(folder.resolve("etc/passwd")).content().containsPattern("(?m)^postfix:");
        assertThat(folder.resolve("etc/group")).content().containsPattern("(?m)^postdrop:");
        assertThat(folder.resolve("var/spool/postfix")).isDirectory();
        assertThat(folder.resolve("var/lib/postfix")).isDirectory();
    }

    private static String run(String... line) throws Exception {
        Instance.Outcome outcome = Instance.outcome(new ProcessBuilder(line), "");
        assertThat(outcome.status()).as(outcome.text()).isZero();
        return outcome.text();
    }
}
