package org.postrider.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.FileThreads;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.QueueName;

/** Requests to the services and the letters they lead to, compared with golden files (.ref). */
class LetterTest {
    private static final Instant NOW = Instant.ofEpochSecond(1795242133);
    private static final String[] MESSAGE = {"Received: from x", "\tby y; now", "Subject: t1", "", "body line", "",
            "--not a boundary"};

    @TempDir
    private Path root;

    private final KeptLetters letters = new KeptLetters();

    private BounceService service(LogKind kind, BounceSettings settings) {
        return new BounceService(kind, new SampleQueue(root).directory, settings,
                new Correspondence(settings, letters, () -> NOW),
                new WaitingSites(MatchList.strings("", new Tables(root, () -> NOW)), _ -> {
                    throw new AssertionError("no site is eligible");
                }), new FileThreads(Runnable::run), () -> NOW);
    }

    private static BounceRequest.Message message(String sender, int flags, int dsnReturn, int sendOptions) {
        return new BounceRequest.Message(flags, "active", SampleQueue.ID.text(), "8bit", sendOptions, sender, "env-1",
                dsnReturn, "");
    }

    private static BounceRequest.Message message(String sender) {
        return message(sender, 0, 0, 0);
    }

    private static BounceRequest.Entry unknownUser(long offset, int notify) {
        return new BounceRequest.Entry(new Recipient(offset, "ann@example.net", "Ann B@example.org", "", notify),
                "mx.example.net", "5.1.1", "failed", "smtp", "550 5.1.1 <ann@example.net>: no such user here", "dns",
                "mx.example.net", "host mx.example.net[192.0.2.7] said: 550 5.1.1 <ann@example.net>: no such user here"
                        + " (in reply to RCPT TO command)");
    }

    private static BounceRequest.Entry localTrouble(String status, String action) {
        return new BounceRequest.Entry(
                new Recipient(-1, "bob@example.org", "bob@example.org", "rfc822;bob@example.org", 0), "local", status,
                action, "", "", "", "", "can't write: disk quota exceeded");
    }

    private static BounceRequest request(BounceRequest.Operation operation, BounceRequest.Message message) {
        return new BounceRequest(operation, message, Optional.empty());
    }

    private static BounceRequest append(BounceRequest.Message message, BounceRequest.Entry entry) {
        return new BounceRequest(BounceRequest.Operation.APPEND, message, Optional.of(entry));
    }

    private void compare(String reference, List<String> actual) throws IOException {
        String text = String.join("=====\n", actual);
        try (InputStream in = LetterTest.class.getResourceAsStream(reference)) {
            if (in == null) {
                Files.writeString(Path.of("target", reference), text, StandardCharsets.ISO_8859_1);
                throw new AssertionError("no " + reference + "; what came is in target/");
            }
            assertThat(text).isEqualTo(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
    }

    /** RFC 8689 section 5: never more than the header, and the letter asks for what the message asked for. */
    @Test
    void ofMailThatWantedTlsTheHeaderComesBackOnly() throws IOException {
        new SampleQueue(root).put("me@example.com", MESSAGE);
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        assertThat(bounce.handle(append(message("me@example.com", 0, 1, 32), unknownUser(-1, 0)))).isTrue();
        assertThat(bounce.handle(request(BounceRequest.Operation.FLUSH, message("me@example.com", 0, 1, 32)))).isTrue();
        assertThat(letters.letters).singleElement().asString().contains("Subject: t1").doesNotContain("body line")
                .doesNotContain("TLS-Required");
        assertThat(letters.options).containsExactly(32);
    }

    @Test
    void whatNeededNoTlsIsAnsweredWithoutNeedingIt() throws IOException {
        new SampleQueue(root).put("me@example.com", MESSAGE);
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        assertThat(bounce.handle(append(message("me@example.com", 0, 0, 16), unknownUser(-1, 0)))).isTrue();
        assertThat(bounce.handle(request(BounceRequest.Operation.FLUSH, message("me@example.com", 0, 0, 16)))).isTrue();
        assertThat(letters.letters).singleElement().asString().contains("\nTLS-Required: no\nAuto-Submitted:")
                .contains("body line");
    }

    @Test
    void aFailureGoesToTheSenderAndInHeadersToThePostmaster() throws IOException {
        new SampleQueue(root).put("joe@example.com", MESSAGE);
        BounceService bounce = service(LogKind.BOUNCE, Settings.of(50_000, true, "bounce"));
        BounceRequest.Message message = message("joe@example.com");
        assertThat(bounce.handle(append(message, unknownUser(50, 0)))).isTrue();
        assertThat(bounce.handle(append(message, localTrouble("5.2.2", "failed")))).isTrue();
        Path log = root.resolve("bounce").resolve(SampleQueue.ID.text());
        compare("log.ref", List.of(Files.readString(log)));
        assertThat(bounce.handle(request(BounceRequest.Operation.FLUSH, message))).isTrue();
        compare("failure.ref", letters.letters);
        assertThat(log).doesNotExist();
    }

    @Test
    void aLostLogIsNoReasonToBeSilent() throws IOException {
        new SampleQueue(root).put("joe@example.com", MESSAGE);
        BounceService defer = service(LogKind.DEFER, Settings.of());
        assertThat(defer.handle(request(BounceRequest.Operation.FLUSH, message("joe@example.com")))).isTrue();
        assertThat(letters.letters).singleElement().asString().contains("is not known any more", "body line");
        assertThat(defer.handle(request(BounceRequest.Operation.WARN, message("joe@example.com")))).isTrue();
        BounceService trace = service(LogKind.TRACE, Settings.of());
        assertThat(trace.handle(request(BounceRequest.Operation.FLUSH, message("joe@example.com")))).isTrue();
        assertThat(letters.letters).hasSize(1);
    }

    @Test
    void aDelayIsToldAndTheLogStays() throws IOException {
        new SampleQueue(root).put("joe@example.com", MESSAGE);
        BounceService defer = service(LogKind.DEFER, Settings.of("delay"));
        BounceRequest.Message message = message("joe@example.com");
        defer.handle(append(message, localTrouble("4.2.2", "delayed")));
        assertThat(defer.handle(request(BounceRequest.Operation.WARN, message))).isTrue();
        compare("delay.ref", letters.letters);
        assertThat(root.resolve("defer/3").resolve(SampleQueue.ID.text())).exists();
    }

    @Test
    void successIsToldToThoseWhoAsked() throws IOException {
        new SampleQueue(root).put("joe@example.com", MESSAGE);
        BounceService trace = service(LogKind.TRACE, Settings.of());
        trace.handle(append(message("joe@example.com"), localTrouble("2.0.0", "delivered")));
        assertThat(trace.handle(request(BounceRequest.Operation.FLUSH, message("joe@example.com")))).isTrue();
        trace.handle(append(message("joe@example.com"), localTrouble("2.1.5", "deliverable")));
        assertThat(trace.handle(request(BounceRequest.Operation.FLUSH, message("joe@example.com", 512, 0, 0))))
                .isTrue();
        compare("success.ref", letters.letters);
    }

    @Test
    void internationalMailHasTypesOfItsOwn() throws IOException {
        new SampleQueue(root).put("j\303\266e@example.com", MESSAGE);
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        BounceRequest.Message message = message("j\303\266e@example.com", 0, 2, 1);
        bounce.handle(new BounceRequest(BounceRequest.Operation.ONE, message, Optional.of(unknownUser(-1, 4))));
        compare("international.ref", letters.letters);
    }

    @Test
    void theNullSenderMeansThePostmasterAndItsOwnLettersMeanNobody() throws IOException {
        new SampleQueue(root).put("", MESSAGE);
        BounceService quiet = service(LogKind.BOUNCE, Settings.of("bounce"));
        BounceRequest.Message message = message("");
        quiet.handle(append(message, unknownUser(-1, 0)));
        assertThat(quiet.handle(request(BounceRequest.Operation.FLUSH, message))).isTrue();
        assertThat(letters.letters).isEmpty();

        BounceService told = service(LogKind.BOUNCE, Settings.of("2bounce"));
        told.handle(append(message, unknownUser(-1, 0)));
        assertThat(told.handle(request(BounceRequest.Operation.FLUSH, message))).isTrue();
        assertThat(letters.addressed()).containsExactly("from <double-bounce@mail.example.org> to <2postmaster>");
        assertThat(letters.letters.getFirst()).contains("Return-Path: <MAILER-DAEMON@mail.example.org>", "body line");

        BounceRequest.Message own = message("double-bounce@mail.example.org");
        told.handle(append(own, unknownUser(-1, 0)));
        assertThat(told.handle(request(BounceRequest.Operation.FLUSH, own))).isTrue();
        assertThat(letters.letters).hasSize(1);
    }

    @Test
    void whoDoesNotWantALetterGetsNone() throws IOException {
        new SampleQueue(root).put("joe@example.com", MESSAGE);
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        for (int notify : new int[]{Recipient.NOTIFY_NEVER, Recipient.NOTIFY_SUCCESS | Recipient.NOTIFY_DELAY}) {
            BounceRequest one = new BounceRequest(BounceRequest.Operation.ONE, message("joe@example.com"),
                    Optional.of(unknownUser(-1, notify)));
            assertThat(bounce.handle(one)).isTrue();
        }
        assertThat(letters.letters).isEmpty();
    }

    @Test
    void largeMessagesAndThoseWhoAskForHeadersGetHeaders() throws IOException {
        new SampleQueue(root).put("joe@example.com", MESSAGE);
        BounceRequest.Entry entry = unknownUser(-1, 0);
        service(LogKind.BOUNCE, Settings.of(20, false)).handle(new BounceRequest(BounceRequest.Operation.ONE,
                message("joe@example.com"), Optional.of(entry)));
        service(LogKind.BOUNCE, Settings.of()).handle(new BounceRequest(BounceRequest.Operation.ONE,
                message("joe@example.com", 0, 2, 0), Optional.of(entry)));
        assertThat(letters.letters).hasSize(2).allSatisfy(letter -> assertThat(letter)
                .contains("Content-Description: Undelivered Message Headers", "Subject: t1")
                .doesNotContain("body line"));
    }

    @Test
    void verpSendsALetterForEveryRecipient() throws IOException {
        new SampleQueue(root).put("list@example.com", MESSAGE);
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        BounceRequest.Message message = new BounceRequest.Message(0, "active", SampleQueue.ID.text(), "", 0,
                "list@example.com", "", 0, "+=");
        bounce.handle(append(message, unknownUser(-1, 0)));
        bounce.handle(append(message, localTrouble("5.2.2", "failed")));
        assertThat(bounce.handle(request(BounceRequest.Operation.VERP, message))).isTrue();
        assertThat(letters.addressed()).containsExactly("from <> to <list+Ann B=example.org@example.com>",
                "from <> to <list+bob=example.org@example.com>");
    }

    @Test
    void whatCanNotBePostedIsKept() throws IOException {
        long recipient = new SampleQueue(root).put("joe@example.com", MESSAGE);
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        BounceRequest.Message message = message("joe@example.com", BounceService.MARK_DONE, 0, 0);
        bounce.handle(append(message, unknownUser(recipient, 0)));
        letters.refuses = true;
        assertThat(bounce.handle(request(BounceRequest.Operation.FLUSH, message))).isFalse();
        assertThat(root.resolve("bounce").resolve(SampleQueue.ID.text())).exists();
        assertThat(new SampleQueue(root).letterAt(recipient)).isEqualTo('R');
        letters.refuses = false;
        assertThat(bounce.handle(request(BounceRequest.Operation.FLUSH, message))).isTrue();
        assertThat(new SampleQueue(root).letterAt(recipient)).isEqualTo('D');
    }

    @Test
    void aMessageThatIsGoneIsStillReported() {
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        BounceRequest.Message message = message("joe@example.com");
        bounce.handle(append(message, unknownUser(-1, 0)));
        assertThat(bounce.handle(request(BounceRequest.Operation.FLUSH, message))).isTrue();
        assertThat(letters.letters).singleElement().asString().contains("no such user here")
                .doesNotContain("message/rfc822", "Arrival-Date");
    }

    @Test
    void aFullDiskIsSaidAndKeepsTheRecipient() throws IOException {
        new SampleQueue(root).put("joe@example.com", MESSAGE);
        Path log = Files.createDirectories(root.resolve("bounce")).resolve(SampleQueue.ID.text());
        Files.createSymbolicLink(log, Path.of("/dev/full"));
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        assertThat(bounce.handle(append(message("joe@example.com"), unknownUser(-1, 0)))).isFalse();
        Files.delete(log);
        assertThat(bounce.handle(append(message("joe@example.com"), unknownUser(-1, 0)))).isTrue();
        assertThat(log).isRegularFile();
    }

    @Test
    void aLogThatIsNoFileIsNoReasonToLoseTheMessage() throws IOException {
        new SampleQueue(root).put("joe@example.com", MESSAGE);
        Files.createDirectories(root.resolve("bounce").resolve(SampleQueue.ID.text()));
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        assertThat(bounce.handle(append(message("joe@example.com"), unknownUser(-1, 0)))).isFalse();
        assertThat(bounce.handle(request(BounceRequest.Operation.FLUSH, message("joe@example.com")))).isFalse();
        assertThat(letters.letters).isEmpty();
    }

    @Test
    void namesThatAreNoneAreRefused() {
        BounceService bounce = service(LogKind.BOUNCE, Settings.of());
        BounceRequest.Message message = new BounceRequest.Message(0, "active", "../../etc/passwd", "", 0, "a@b", "", 0,
                "");
        assertThat(bounce.handle(append(message, unknownUser(-1, 0)))).isFalse();
        assertThat(QueueName.of("../x")).isEmpty();
    }
}
