package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The suite as an ordinary user runs it, also when root runs the tests: what works, and what is refused in words. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class UnprivilegedModeTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needs() {
        Prerequisites.programs(UnprivilegedModeTest.class, "setpriv");
    }

    private Instance instance() throws IOException, InterruptedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Instance.ofOrdinaryUser(Files.createDirectories(folder.resolve("own")));
    }

    @Test
    void mailComesInBothWaysAndOnlyTheOwnUsersMailboxIsWritten() throws Exception {
        try (Instance instance = instance().start()) {
            String own = instance.owner();
            assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", own + "@localhost", "Subject: x\n\nA"))
                    .startsWith("250 2.0.0 Ok: queued as ");
            assertThat(instance.run("Subject: mine\n\nbody\n", "bin/sendmail", "-i", own))
                    .isEqualTo(new Instance.Outcome(0, ""));
            instance.await("delivered", () -> instance.messages(instance.maildir(own)).size() == 2);
            assertThat(instance.messages(instance.maildir(own))).allSatisfy(
                    message -> assertThat(Files.getOwner(message, LinkOption.NOFOLLOW_LINKS).getName()).isEqualTo(own));
            assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", "daemon@localhost", "Subject: x\n\nA"))
                    .startsWith("250 2.0.0 Ok: queued as ");
            instance.awaitLog("dsn=4.3.5, status=deferred (cannot deliver as user daemon: the mail system runs without"
                    + " root privileges)");
            assertThat(own).isNotEqualTo("root");
            assertThat(instance.daemons("local").getFirst().info().user()).contains(own);
        }
    }

    @Test
    void anotherRootDirectoryIsRefused() throws Exception {
        try (Instance instance = instance()) {
            Instance _ = instance
                    .masterCf(text -> text.replaceFirst("(?m)^(\\d+\\s+inet\\s+\\S+\\s+\\S+\\s+)n", "$1y"));
            assertThatThrownBy(instance::start).hasMessageContaining(
                    "only the super-user can change the root directory: set the chroot field to n");
        }
    }
}
