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

    /** mutt(1) wants a terminal, which script(1) gives it; it pipes every message that it finds to a file. */
    @Test
    void mutt() throws Exception {
        Prerequisites.programs(MailboxReadersTest.class, "mutt", "script");
        for (Path mailbox : mailboxes()) {
            Path found = folder.resolve("found-by-mutt");
            Files.deleteIfExists(found);
            Path settings = Files.writeString(folder.resolve("muttrc"), """
                    set quit=yes delete=no move=no wait_key=no pipe_split=no pipe_decode=no
                    push "<tag-pattern>~A<enter><tag-prefix><pipe-message>cat >>%s<enter><exit>"
                    """.formatted(found));
            ProcessBuilder builder = new ProcessBuilder("script", "-qec",
                    "mutt -n -R -F " + settings + " -f " + mailbox, "/dev/null");
            builder.environment().put("TERM", "xterm");
            assertThat(Instance.outcome(builder, "").status()).isZero();
            List<String> subjects = Files.readAllLines(found).stream().filter(line -> line.startsWith("Subject: "))
                    .sorted().toList();
            assertThat(subjects).containsExactly("Subject: number 1", "Subject: number 2", "Subject: number 3");
            assertThat(Files.readString(found)).contains("rom here on a line looks like a separator.");
        }
    }
}
