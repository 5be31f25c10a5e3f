package org.postrider.pipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.delivery.CommandRunner;
import org.postrider.common.delivery.Rights;
import org.postrider.common.posix.Identity;
import org.postrider.common.testing.DeliveryRig;

class PipeDoorTest {
    private static final int NOBODY = 65534;

    @TempDir
    Path folder;

    private final DeliveryRig rig = new DeliveryRig();

    @BeforeEach
    void anybodyMayWrite() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private PipeDoor door(String... arguments) {
        Rights rights = Identity.uid() == 0
                ? new Rights(NOBODY, NOBODY, "nobody")
                : new Rights(Identity.uid(), Identity.gid(), "me");
        var setup = new PipeDoor.Setup("filter", PipeCommand.parse(List.of(arguments)), rights, folder,
                new PipeSettings("+", Duration.ofSeconds(20), Map.of("LANG", "C"), true, "postfix"));
        return new PipeDoor(setup, new CommandRunner(Identity.uid(), "pipe: fatal: pipe_command: "),
                InstantSource.system());
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    @Test
    void macrosAboutRecipientsMakeOneArgumentForEach() throws IOException {
        PipeDoor door = door("user=nobody", "argv=/bin/sh", "-c", "{ printf '%s\\n' \"$@\" >out }", "x", "-f",
                "${sender}",
                "--", "${recipient}", "<$(user)>", "${nexthop}", "${size}$$", "${extension}", "${client_address}");
        rig.attribute("client_address", "192.0.2.1").serve(door, "joe+a@Example.org", "ann@example.org");
        assertThat(output()).isEqualTo("""
                -f
                sender@example.com
                --
                joe+a@Example.org
                ann@example.org
                <joe>
                <ann>
                example.org
                10$
                a

                192.0.2.1
                """);
        assertThat(rig.done()).isEqualTo(2);
        assertThat(rig.kept()).containsExactly(
                "TRACE joe+a@Example.org 2.0.0 relayed: delivered via filter service",
                "TRACE ann@example.org 2.0.0 relayed: delivered via filter service");
    }

    @Test
    void flagsShapeTheMessage() throws IOException {
        rig.message("Subject: x\n\nFrom here\n.dot\nend").serve(
                door("flags=DFOR.>BX", "user=nobody", "argv=/bin/sh", "-c", "cat >out"), "joe@example.org");
        assertThat(output()).matches("(?s)From sender@example\\.com  [^\n]*\nReturn-Path: <sender@example\\.com>\n"
                + "X-Original-To: joe@example\\.org\nDelivered-To: joe@example\\.org\nSubject: x\n\n"
                + ">From here\n\\.\\.dot\nend\n\n");
        assertThat(rig.kept()).containsExactly("TRACE joe@example.org 2.0.0 delivered: delivered via filter service");
    }

    @Test
    void withoutFlagsTheMessageIsUnchanged() throws IOException {
        rig.message("Subject: x\n\n.\nFrom y\n")
                .serve(door("user=nobody", "eol=\\r\\n", "argv=/bin/sh", "-c", "cat >out"), "joe@example.org");
        assertThat(output()).isEqualTo("Subject: x\r\n\r\n.\r\nFrom y\r\n");
    }

    @Test
    void foldingAndQuoting() throws IOException {
        rig.sender("").serve(door("flags=hqu", "null_sender=", "user=nobody", "argv=/bin/sh", "-c",
                "{ printf '[%s]\\n' \"$@\" >out }", "x", "${sender}", "${recipient}", "${domain}", "${user}"),
                "Joe Smith@Example.ORG");
        assertThat(output()).isEqualTo("[]\n[\"joe smith\"@example.org]\n[example.org]\n[joe smith]\n");
    }

    @Test
    void theNullSenderHasAName() throws IOException {
        rig.sender("").serve(door("flags=FR", "user=nobody", "argv=/bin/sh", "-c",
                "{ echo $$1 >out; head -2 >>out }", "x", "${sender}"), "joe@example.org");
        assertThat(output()).matches("MAILER-DAEMON\nFrom MAILER-DAEMON  [^\n]*\nReturn-Path: <MAILER-DAEMON>\n");
    }

    @Test
    void outputAndExitStatusTell() {
        PipeDoor door = door("user=nobody", "argv=/bin/sh", "-c", "{ echo stored as 5; exit $$0 }", "${nexthop}");
        rig.nexthop("0").serve(door, "joe@example.org");
        rig.nexthop("67").serve(door, "joe@example.org");
        rig.nexthop("75").serve(door, "joe@example.org");
        assertThat(rig.kept()).containsExactly(
                "TRACE joe@example.org 2.0.0 relayed: delivered via filter service (stored as 5)",
                "BOUNCE joe@example.org 5.1.1 failed: user unknown. Command output: stored as 5 ",
                "DEFER joe@example.org 4.3.0 delayed: temporary failure. Command output: stored as 5 ");
    }

    @Test
    void tooLargeOrSeenBeforeBouncesWithoutARun() {
        rig.size(1000).serve(door("user=nobody", "size=999", "argv=/bin/false"), "joe@example.org");
        rig.size(10).message("Delivered-To: joe@example.org\n\nx\n")
                .serve(door("flags=D", "user=nobody", "argv=/bin/false"), "joe@example.org");
        assertThat(rig.kept()).hasSize(2);
        assertThat(rig.kept().getFirst()).startsWith("BOUNCE joe@example.org 5.2.3 failed: message size 1000 exceeds");
        assertThat(rig.kept().getLast()).contains("5.4.6 failed: mail forwarding loop for joe@example.org");
    }

    @Test
    void badArgumentsAreFatal() {
        assertThatThrownBy(() -> door("argv=/bin/cat")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("missing user=");
        assertThatThrownBy(() -> door("user=nobody")).hasMessageContaining("missing argv=");
        assertThatThrownBy(() -> door("user=nobody", "flags=Z", "argv=/bin/cat")).hasMessage("unknown flag: Z");
        assertThatThrownBy(() -> door("user=nobody", "argv=/bin/cat", "${wrong}"))
                .hasMessageContaining("unknown macro name");
    }

    @Test
    void aCommandRunsInsideAnotherRoot() throws IOException {
        assumeTrue(Identity.uid() == 0, "needs the super-user");
        Path root = Files.createDirectories(folder.resolve("root"));
        for (String name : List.of("/bin/sh", "/bin/pwd", "/usr/bin/id")) {
            copyWithLibraries(Path.of(name), root);
        }
        Path inside = Files.createDirectories(root.resolve("work"));
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxrwxrwx"));
        rig.serve(door("user=nobody", "chroot=" + root, "directory=/work", "argv=/bin/sh", "-c",
                "{ /bin/pwd >out; /usr/bin/id -u >>out; }"), "joe@example.org");
        assertThat(Files.readString(inside.resolve("out"))).isEqualTo("/work\n" + NOBODY + "\n");

        assertThat(rig.serve(door("user=nobody", "chroot=" + folder + "/missing", "argv=/bin/sh"), "ann@example.org"))
                .isTrue();
        assertThat(rig.kept().getLast()).startsWith("DEFER ann@example.org 4.3.0")
                .contains("pipe: fatal: pipe_command: chroot " + folder + "/missing: No such file or directory");
    }

    private static void copyWithLibraries(Path program, Path root) throws IOException {
        List<String> files = new ArrayList<>(List.of(program.toString()));
        Process list = new ProcessBuilder("ldd", program.toString()).start();
        list.inputReader().lines().flatMap(line -> Stream.of(line.strip().split(" ")))
                .filter(word -> word.startsWith("/")).forEach(files::add);
        for (String file : files) {
            Path copy = root.resolve(file.substring(1));
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(file), copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
