package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Mail readers of other people read the mailboxes that we write. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class MailboxReadersTest {
    private static final String TRAP = "\nFrom here on a line looks like a separator.\n>From this too.\n\nFrom x";

    @TempDir
    Path folder;

    /** A mailbox file and a Maildir with three messages each, whose bodies look like separators. */
    private List<Path> mailboxes() throws Exception {
        Path box = folder.resolve("box");
        String user = System.getProperty("user.name");
        try (Instance instance = new Instance(folder).set("alias_maps", "inline:{box=" + box + "}").start()) {
            for (String recipient : List.of("box", user)) {
                for (int i = 1; i <= 3; i++) {
                    assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", recipient + "@localhost",
                            "From: a@example.test\nSubject: number " + i + "\n" + TRAP)).startsWith("250");
                }
            }
            instance.awaitEmptyQueue();
            return List.of(box, instance.maildir(user));
        }
    }

    @Test
    void pythonMailbox() throws Exception {
        Prerequisites.programs(MailboxReadersTest.class, "python3");
        for (Path mailbox : mailboxes()) {
            Instance.Outcome outcome = Instance.outcome(new ProcessBuilder("python3", "-c",
                    """
                            import mailbox, os, sys
                            box = mailbox.Maildir(sys.argv[1], create=False) if os.path.isdir(sys.argv[1]) else mailbox.mbox(sys.argv[1])
                            for subject, text in sorted((message['Subject'], message.get_payload()) for message in box):
                                print(subject, len(text.splitlines()), text.splitlines()[-1])
                            """,
                    mailbox.toString()), "");
            String last = mailbox.endsWith("box") ? ">From x" : "From x";
            assertThat(outcome.text()).isEqualTo("number 1 4 %1$s\nnumber 2 4 %1$s\nnumber 3 4 %1$s\n".formatted(last));
        }
    }
}
