package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandRunnerTest {
    private static final int NOBODY = 65534;

    private final int own = ownUid();
    private final CommandRunner runner = new CommandRunner(own, "local: fatal: ");
    private final Rights rights = own == 0 ? new Rights(NOBODY, NOBODY, "nobody") : new Rights(own, own, "me");

    private static int ownUid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CommandResult run(String line, Duration limit, MessageWriter content) {
        return runner.run(
                new DeliveryCommand(DeliveryCommand.commandLine(line), line, rights, Optional.empty(), Path.of("/"),
                        Map.of("USER", "joe"), limit),
                content);
    }

    private CommandResult run(String line) {
        return run(line, Duration.ofSeconds(20), out -> out.write("hello\n".getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static void assertFailed(CommandResult result, String code, String text) {
        assertThat(result).isInstanceOfSatisfying(CommandResult.Failed.class, failed -> {
            assertThat(failed.status().code()).isEqualTo(code);
            assertThat(failed.status().text()).isEqualTo(text);
        });
    }

    @Test
    void feedsTheMessageAndKeepsTheOutput() {
        assertThat(run("cat; echo $USER")).isEqualTo(new CommandResult.Succeeded("hello joe"));
    }

    @Test
    void theEnvironmentIsClean() {
        assertThat(run("env | sort")).isInstanceOfSatisfying(CommandResult.Succeeded.class,
                done -> assertThat(done.output()).contains("USER=joe").contains("PATH=/usr/bin:")
                        .doesNotContain("HOME"));
    }

    @Test
    void exitStatusesHaveMeanings() {
        assertFailed(run("echo no such; exit 67"), "5.1.1", "user unknown. Command output: no such ");
        assertFailed(run("exit 75"), "4.3.0", "temporary failure");
        assertFailed(run("exit 99"), "5.3.0", "Command died with status 99: \"exit 99\"");
    }

    @Test
    void aStatusCodeInTheOutputCountsMore() {
        assertFailed(run("echo 4.2.2 mailbox full; exit 1"), "4.2.2", "mailbox full ");
    }

    @Test
    void aSignalIsNamed() {
        assertFailed(run("kill -9 $$"), "4.3.0", "Command died with signal 9: \"kill -9 $$\"");
    }

    @Test
    void aCommandThatIsMissingDefers() {
        assertFailed(run("/no/such/program"), "4.3.0", "temporary failure. Command output: local: fatal: "
                + "execvp /no/such/program: No such file or directory ");
        assertFailed(run("nosuchcommand arg"), "5.3.0", "Command died with status 127: \"nosuchcommand arg\". "
                + "Command output: sh: 1: nosuchcommand: not found ");
    }

    @Test
    void theTimeLimitKillsEvenChildren() {
        assertFailed(run("sleep 60 | sleep 60", Duration.ofMillis(300), _ -> {
            assertFailed(run("echo hello; sleep 60", Duration.ofMillis(500), _ -> {
            }), "5.3.0",
                    "Command time limit exceeded: \"echo hello; sleep 60\". Command output: hello ");
        }), "5.3.0",
                "Command time limit exceeded: \"sleep 60 | sleep 60\"");
    }

    @Test
    void theTimeLimitKillsWhatTheCommandLeftBehind() throws IOException {
        Path pid = Files.createTempFile("command", ".pid");
        Files.setPosixFilePermissions(pid, PosixFilePermissions.fromString("rw-rw-rw-"));
        try {
            // The shell is gone before its time is up; its child holds the output.
            String line = "sleep 60 & echo $! >" + pid + "; sleep 1";
            assertFailed(run(line, Duration.ofSeconds(3), _ -> {
            }), "5.3.0", "Command time limit exceeded: \"" + line + "\"");
            long child = Long.parseLong(Files.readString(pid).strip());
            await().atMost(Duration.ofMinutes(1)).until(() -> ProcessHandle.of(child).isEmpty());
        } finally {
            Files.delete(pid);
        }
    }

    @Test
    void unreadInputIsNoFailure() {
        assertThat(run("true", Duration.ofSeconds(20), out -> out.write(new byte[1_000_000])))
                .isEqualTo(new CommandResult.Succeeded(""));
    }

    @Test
    void anUnreadableMessageIsNeverASuccess() {
        CommandResult result = run("cat >/dev/null", Duration.ofSeconds(20), out -> {
            out.write('x');
            throw new IOException("Input/output error");
        });
        assertFailed(result, "4.3.0", "Input/output error");
    }

    @Test
    void theUserIsTheRecipient() {
        assumeTrue(own == 0, "SKIPPED, NOT ROOT: cannot run a command as another user");
        assertThat(run("id -u; id -g; id -G")).isEqualTo(new CommandResult.Succeeded("65534 65534 65534"));
    }

    @Test
    void neverRunsAsRoot() {
        CommandResult result = runner
                .run(new DeliveryCommand(List.of("/usr/bin/id"), "id", new Rights(0, 0, "root"), Optional.empty(),
                        Path.of("/"), Map.of(), Duration.ofSeconds(9)), _ -> {
                        });
        assertThat(result).isInstanceOf(CommandResult.Failed.class);
    }
}
