package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Directories of the queue that are gone, or that nobody may enter, while the system runs as root runs it: the log names the directory
 * and what is wrong, mail is refused for now or kept, and when the directory is back everything that was taken goes on.
 */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class DirectoryFaultsTest {
    /** What a message leads to when all is well. */
    private static final String ARRIVES = "daemon@localhost";
    private static final String COMES_BACK = "nobody.there@localhost";
    private static final String WAITS = "x@late.test";
    private static final String IS_HELD = "held@localhost";
    private static final String IS_RETURNED = "x@fails.test";
    private static final String IS_TAKEN = "x@gone.test";

    private static final Set<String> TOLD = Set.of(ARRIVES, IS_TAKEN);

    @TempDir
    static Path folder;

    private static Instance instance;

    private enum Way {
        LOCKED, GONE
    }

    private interface Deed {
        void run() throws Exception;
    }

    @BeforeAll
    static void start() throws IOException {
        Prerequisites.rootMode(DirectoryFaultsTest.class);
        instance = Instance.asRoot(folder).set("transport_maps",
                "inline:{late.test=lmtp:unix:nobody, {fails.test=error:5.1.1 nobody here}, gone.test=discard:}")
                .set("defer_transports", "lmtp").set("smtpd_reject_unlisted_recipient", "no")
                .set("queue_run_delay", "1s").set("transport_retry_time", "1s")
                .set("minimal_backoff_time", "1s").set("maximal_backoff_time", "1s")
                .set("fast_flush_domains", "late.test").set("smtpd_etrn_restrictions", "permit")
                .set("smtpd_recipient_restrictions", "check_recipient_access inline:{" + IS_HELD + "=HOLD}, permit")
                .masterCf(text -> text.replaceFirst("(?m)^(pickup .* )60 ", "$11 ").replaceFirst("(?m)^(qmgr .* )300 ",
                        "$12 "));
        instance.start();
        // From here on every program runs.
        List<String> recipients = List.of(ARRIVES, COMES_BACK, WAITS, IS_HELD, IS_RETURNED, IS_TAKEN);
        for (String recipient : recipients) {
            assertThat(send(recipient, "first for " + recipient)).startsWith("250 ");
        }
        recipients.forEach(recipient -> awaitOutcome(recipient, "first for " + recipient));
    }

    @AfterAll
    static void stop() {
        if (instance != null) {
            instance.close();
        }
    }

    private static String send(String recipient, String subject) throws IOException {
        return SmtpClient.converse(instance.smtpPort(), "EHLO client.example.test", "MAIL FROM:<daemon@localhost>",
                "RCPT TO:<" + recipient + ">" + (TOLD.contains(recipient) ? " NOTIFY=SUCCESS" : ""), "DATA",
                "Subject: " + subject + "\r\n\r\nx\r\n.");
    }

    private static boolean holds(List<Path> files, String subject) {
        return files.stream().anyMatch(file -> {
            try {
                return Files.readString(file, StandardCharsets.ISO_8859_1).contains("Subject: " + subject);
            } catch (IOException _) {
                return false;
            }
        });
    }

    private static void awaitOutcome(String recipient, String subject) {
        String place = switch (recipient) {
            case WAITS -> "deferred";
            case IS_HELD -> "hold";
            default -> "";
        };
        instance.await(subject + " has come to its end", () -> holds(place.isEmpty()
                ? instance.messages(instance.maildir("daemon"))
                : instance.queued(place), subject));
    }

    private static long seen(String pattern) throws IOException {
        return Pattern.compile(pattern).matcher(instance.logText()).results().count();
    }

    private static void kill(String program) {
        for (ProcessHandle process : instance.daemons(program)) {
            boolean _ = process.destroyForcibly();
        }
    }

    /** Does this while the directory is out of order, and waits for this line. */
    private static void broken(String directory, Way way, String line, Deed deed) throws Exception {
        Path place = instance.queue().resolve(directory);
        Path aside = folder.resolve("aside");
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(place);
        String pattern = line.replace("DIR", Pattern.quote(place.toString()));
        long before = seen(pattern);
        int length = instance.logText().length();
        if (way == Way.LOCKED) {
            Files.setPosixFilePermissions(place, Set.of());
        } else {
            Files.move(place, aside);
        }
        try {
            deed.run();
            instance.await("log has " + pattern, () -> seen(pattern) > before);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + instance.logText().substring(length), e);
        } finally {
            if (way == Way.LOCKED) {
                Files.setPosixFilePermissions(place, mode);
            } else {
                Files.move(aside, place);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            defer    ! LOCKED ! x@late.test            ! 250     ! defer service: DIR/\\S+: Permission denied
            defer    ! GONE   ! x@late.test            ! 250     ! defer service: DIR/\\S+: No such file or directory
            bounce   ! LOCKED ! nobody.there@localhost ! 250     ! bounce service: DIR/\\S+: Permission denied
            bounce   ! GONE   ! nobody.there@localhost ! 250     ! bounce service: DIR: No such file or directory
            trace    ! LOCKED ! daemon@localhost       ! 250     ! trace service: DIR/\\S+: Permission denied
            trace    ! GONE   ! daemon@localhost       ! 250     ! trace service: DIR: No such file or directory
            hold     ! LOCKED ! held@localhost         ! 451     ! write queue file: \\S+ -> DIR/\\S+: Permission denied
            hold     ! GONE   ! held@localhost         ! 451     ! write queue file: DIR: No such file or directory
            public   ! LOCKED ! daemon@localhost       ! 451     ! public/cleanup: Permission denied
            public   ! GONE   ! daemon@localhost       ! 451     ! public/cleanup: No such file or directory
            incoming ! LOCKED ! daemon@localhost       ! 451     ! can't create a queue file: DIR/\\S+: Permission denied
            incoming ! GONE   ! daemon@localhost       ! 451     ! can't create a queue file: DIR: No such file or directory
            active   ! LOCKED ! daemon@localhost       ! 250     ! can't open queue file: \\S+ -> DIR/\\S+: Permission denied
            active   ! GONE   ! daemon@localhost       ! 250     ! can't open queue file: DIR: No such file or directory
            """)
    void mailIsRefusedForNowOrGoesOn(String directory, Way way, String recipient, String reply, String line)
            throws Exception {
        String subject = directory + "-" + way;
        broken(directory, way, line, () -> {
            if (directory.equals("public")) {
                // A connection that is kept needs no directory.
                kill("cleanup");
            }
            assertThat(send(recipient, subject)).startsWith(reply + " ");
        });
        if (reply.equals("250")) {
            awaitOutcome(recipient, subject);
        }
        assertThat(send(recipient, subject + "-then")).startsWith("250 ");
        awaitOutcome(recipient, subject + "-then");
        assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure");
    }

    /** Both are tried again after the same ten seconds. */
    @Test
    void whatCannotBeDeferredWaitsForTheDirectory() throws Exception {
        broken("deferred", Way.LOCKED, "can't defer message: \\S+ -> DIR/\\S+: Permission denied",
                () -> assertThat(send(WAITS, "deferred-locked")).startsWith("250 "));
        broken("deferred", Way.GONE, "can't defer message: DIR/\\S+: No such file or directory",
                () -> assertThat(send(WAITS, "deferred-gone")).startsWith("250 "));
        assertThat(send(WAITS, "deferred-then")).startsWith("250 ");
        for (String subject : List.of("deferred-then", "deferred-locked", "deferred-gone")) {
            awaitOutcome(WAITS, subject);
        }
        assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure");
    }

    @ParameterizedTest
    @CsvSource({"LOCKED,Permission denied", "GONE,No such file or directory"})
    void mailWaitsForAnAgentThatCannotBeReached(Way way, String words) throws Exception {
        String subject = "private-" + way;
        // Connections that are kept need no directory: those of this message serve the next, but for the agent's.
        assertThat(send(ARRIVES, subject + "-before")).startsWith("250 ");
        awaitOutcome(ARRIVES, subject + "-before");
        broken("private", way, "connect to transport private/local: " + words, () -> {
            kill("local");
            assertThat(send(ARRIVES, subject)).startsWith("250 ");
        });
        awaitOutcome(ARRIVES, subject);
    }

    /** The log says which socket it was; who must hear of it hears of it when it is back. */
    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            bounce          ! LOCKED ! x@fails.test ! bounce service failure: DIR/bounce: Permission denied
            bounce          ! GONE   ! x@fails.test ! bounce service failure: DIR/bounce: No such file or directory
            bounce          ! LOCKED ! x@late.test  ! defer service failure: DIR/defer: Permission denied
            bounce          ! GONE   ! x@late.test  ! defer service failure: DIR/defer: No such file or directory
            bounce          ! LOCKED ! x@gone.test  ! trace service failure: DIR/trace: Permission denied
            bounce          ! GONE   ! x@gone.test  ! trace service failure: DIR/trace: No such file or directory
            trivial-rewrite ! LOCKED ! y@fails.test ! problem talking to service rewrite: DIR/rewrite: Permission denied
            trivial-rewrite ! GONE   ! z@fails.test ! problem talking to service rewrite: DIR/rewrite: No such file or directory
            """)
    void mailWaitsForAServiceThatCannotBeReached(String program, Way way, String recipient, String line)
            throws Exception {
        String subject = program + "-" + way + "-" + recipient.charAt(2);
        // Connections that are kept need no directory: those of this message serve the next, but for the program's.
        String known = "x" + recipient.substring(1);
        assertThat(send(known, subject + "-before")).startsWith("250 ");
        awaitOutcome(known, subject + "-before");
        broken("private", way, line, () -> {
            kill(program);
            assertThat(send(recipient, subject)).startsWith("250 ");
        });
        if (!recipient.equals(IS_TAKEN)) {
            awaitOutcome(recipient, subject);
        }
        assertThat(send(recipient, subject + "-then")).startsWith("250 ");
        awaitOutcome(recipient, subject + "-then");
        assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure");
    }

    /** What is in the journal is found there after a crash, so what can't be found there is synced by itself. */
    @ParameterizedTest
    @CsvSource({"LOCKED,Permission denied", "GONE,No such file or directory"})
    void withoutTheJournalMessagesAreSyncedOneByOne(Way way, String words) throws Exception {
        String line = "journal: no new file for the journal: DIR\\S*: " + words
                + ": messages are synced one by one meanwhile";
        int[] sent = new int[1];
        broken("journal", way, line, () -> {
            long before = instance.count("messages are synced one by one meanwhile");
            instance.await("no more goes to the journal", () -> {
                assertThat(send(ARRIVES, "journal-" + way + sent[0]++)).startsWith("250 ");
                return instance.count("messages are synced one by one meanwhile") > before;
            });
        });
        for (int i = 0; i < sent[0]; i++) {
            awaitOutcome(ARRIVES, "journal-" + way + i);
        }
        assertThat(send(ARRIVES, "journal-" + way + "-then")).startsWith("250 ");
        awaitOutcome(ARRIVES, "journal-" + way + "-then");
    }

    @Test
    void whatCannotBeReadAsMailStaysWhereItIsUntilItCanBeSetAside() throws Exception {
        broken("corrupt", Way.LOCKED, "can't save corrupt file: \\S+ -> DIR/\\S+: Permission denied",
                () -> garbage("0000AA"));
        instance.await("set aside", () -> Files.exists(instance.queue().resolve("corrupt/0000AA")));
        broken("corrupt", Way.GONE, "can't save corrupt file: DIR: No such file or directory", () -> garbage("0000AB"));
        instance.await("set aside", () -> Files.exists(instance.queue().resolve("corrupt/0000AB")));
    }

    private static void garbage(String name) throws IOException {
        Path incoming = instance.queue().resolve("incoming");
        Path file = Files.writeString(folder.resolve(name), "this is no message");
        Files.setAttribute(file, "unix:uid", Files.getAttribute(incoming, "unix:uid"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        Files.move(file, incoming.resolve(name));
    }

    @ParameterizedTest
    @CsvSource({"LOCKED,Permission denied", "GONE,No such file or directory"})
    void pickupSaysThatItCannotLookForMail(Way way, String words) throws Exception {
        broken("maildrop", way, "postfix/pickup.*: open directory DIR: " + words, () -> {
        });
    }

    @Test
    void whoAsksForTheMailOfASiteIsToldThatItCannotBeDoneNow() throws Exception {
        broken("flush", Way.LOCKED, "flush request SITE late.test: .*Permission denied", () -> {
            try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                SmtpClient.expect("220", client.reply());
                SmtpClient.expect("250", client.command("EHLO client.example.test"));
                assertThat(client.command("ETRN late.test")).startsWith("458 ");
            }
        });
        broken("flush", Way.GONE, "flush request ADD late.test \\S+: .*No such file or directory",
                () -> assertThat(send(WAITS, "flush")).startsWith("250 "));
        awaitOutcome(WAITS, "flush");
    }

    @Test
    void aListOfTheQueueThatLacksMailIsToldOf() throws Exception {
        broken("deferred", Way.LOCKED, "service showq: DIR: Permission denied",
                () -> assertThat(instance.run("", "bin/mailq").status()).isNotZero());
        broken("deferred", Way.GONE, "postfix/showq\\S* warning: open directory DIR: No such file or directory",
                () -> assertThat(instance.run("", "bin/mailq").status()).isZero());
        assertThat(instance.run("", "bin/mailq").status()).isZero();
    }
}
