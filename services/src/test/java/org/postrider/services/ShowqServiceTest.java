package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.Standing;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.posix.Identity;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.SampleMessage;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

/** The listing, byte by byte: programs that watch the queue read it. */
class ShowqServiceTest {
    private static final Path REAL = Path.of("/usr/lib/postfix/sbin/showq");
    private static final Instant ARRIVED = Instant.ofEpochSecond(1795298427, 123_000);

    @TempDir
    Path root;

    private QueueDirectory directory;

    @BeforeEach
    void fill() throws IOException {
        directory = new QueueDirectory(root, Set.of("deferred", "defer"), 1);
        directory.create(QueueName.values());
    }

    private void put(String id, QueueName queue, String sender, String... recipients) throws IOException {
        QueueId made = SampleMessage.write(directory, queue, InstantSource.fixed(ARRIVED), sender,
                List.of(recipients));
        Path place = directory.path(queue, new QueueId(id));
        directory.makeParent(place);
        Files.move(directory.path(queue, made), place);
    }

    private void log(String id, QueueName queue, String text) throws IOException {
        Path place = directory.path(queue, new QueueId(id));
        directory.makeParent(place);
        Files.writeString(place, text);
    }

    private void sample() throws IOException {
        put("86ADB1", QueueName.DEFERRED, "a@example.com", "u@x.test", "v@x.test");
        log("86ADB1", QueueName.DEFER, """

                <u@x.test>: connect to mx.x.test[192.0.2.1]:25: Connection refused
                recipient=u@x.test
                offset=634
                dsn_orig_rcpt=rfc822;u@x.test
                status=4.4.1
                action=delayed
                mta_type=dns
                mta_mname=mx.x.test
                time=1795298430
                reason=connect to mx.x.test[192.0.2.1]:25: Connection refused

                """);
        put("897440", QueueName.HOLD, "", "a b@x.test");
        Files.setPosixFilePermissions(directory.path(QueueName.HOLD, new QueueId("897440")),
                PosixFilePermissions.fromString("rwx--x---"));
        log("0000A1", QueueName.INCOMING, "not complete");
    }

    private static String listed(String queue, String id, int expired, String sender, String held) {
        return "queue_name|" + queue + "|queue_id|" + id + "|time|1795298427|size|24|forced_expire|" + expired
                + "|sender|" + sender + "|held_by|" + held + "|";
    }

    private static String recipient(String address, String logClass, String reason) {
        return "original_recipient||recipient|" + address + "|log_class|" + logClass + "|reason|" + reason + "|";
    }

    @Test
    void everyByte() throws Exception {
        sample();
        try (DaemonHarness harness = new DaemonHarness(root)) {
            var service = new Services().open(harness.context("showq", "showq", "unix"), Optional.empty());
            harness.fake("public/showq", service::converse);
            try (Connection client = harness.network().connect(root.resolve("public/showq"), Duration.ofSeconds(10))) {
                String answer = new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1).replace('\0', '|');
                assertThat(answer).isEqualTo("protocol|mail_queue_list_protocol||"
                        + listed("deferred", "86ADB1", 0, "a@example.com",
                                "the next scan of the queue (queue_run_delay) and room in the active queue (qmgr_message_active_limit); the queue manager does not say more: "
                                        + "No such file or directory")
                        + recipient("u@x.test", "defer", "connect to mx.x.test[192.0.2.1]:25: Connection refused")
                        + "dsn_status|4.4.1|remote_host|mx.x.test|last_attempt|1795298430|"
                        + recipient("v@x.test", "", "").replace("original_recipient|", "original_recipient|v@x.test")
                        + "|" + listed("hold", "897440", 1, "MAILER-DAEMON",
                                "an administrator: it is on hold (postsuper -H)")
                        + recipient("\"a b\"@x.test", "", "").replace("original_recipient|",
                                "original_recipient|\"a b\"@x.test")
                        + "||");
            }
        }
    }

    @Test
    void theQueueManagerSaysWhatHoldsWhom() throws Exception {
        put("86ADB1", QueueName.ACTIVE, "a@example.com", "u@x.test", "v@x.test");
        put("897440", QueueName.INCOMING, "a@example.com", "w@x.test");
        put("897441", QueueName.INCOMING, "a@example.com", "x@x.test");
        long offset;
        try (QueueFile file = QueueFile.open(directory.path(QueueName.ACTIVE, new QueueId("86ADB1")))) {
            offset = file.recipients(0, 10).recipients().getLast().offset();
        }
        List<String> asked = new CopyOnWriteArrayList<>();
        try (DaemonHarness harness = new DaemonHarness(root)) {
            harness.fake("public/qmgr", connection -> {
                while (connection.in().read() == Trigger.STANDING) {
                    StringBuilder id = new StringBuilder();
                    for (int c = connection.in().read(); c > 0; c = connection.in().read()) {
                        id.append((char) c);
                    }
                    asked.add(id.toString());
                    new Standing("the others", id.isEmpty() ? Map.of() : Map.of(offset, "a window"))
                            .write(connection.out());
                    connection.out().flush();
                }
            });
            var service = new Services().open(harness.context("showq", "showq", "unix"), Optional.empty());
            harness.fake("public/showq", service::converse);
            try (Connection client = harness.network().connect(root.resolve("public/showq"), Duration.ofSeconds(10))) {
                String answer = new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1).replace('\0', '|');
                assertThat(answer).contains("|held_by|a window|original_recipient|u@x.test|",
                        "recipient|u@x.test|log_class||reason||held_by|the others|",
                        "recipient|v@x.test|log_class||reason||held_by|a window|",
                        "|held_by|the others|original_recipient|w@x.test|",
                        "|held_by|the others|original_recipient|x@x.test|");
            }
            assertThat(asked).as("once for all that is not active").containsExactly("86ADB1", "");
        }
    }

    @Test
    void theQueueManagerIsAskedAboutManyAtOnce() throws Exception {
        int all = Standing.MOST_AT_ONCE + 3;
        for (int i = 0; i < all; i++) {
            put(String.format(Locale.ROOT, "%06X", i + 1), QueueName.ACTIVE, "a@example.com", "u@x.test");
        }
        try (DaemonHarness harness = new DaemonHarness(root)) {
            harness.fake("public/qmgr", connection -> {
                int left = all;
                while (left > 0) {
                    // No answer before the last question of a round: who waits for one gets none.
                    int round = Math.min(left, Standing.MOST_AT_ONCE);
                    List<String> ids = new ArrayList<>();
                    while (ids.size() < round) {
                        ids.add(question(connection.in()));
                    }
                    for (String id : ids) {
                        new Standing("its turn " + id, Map.of()).write(connection.out());
                    }
                    connection.out().flush();
                    left -= round;
                }
            });
            var service = new Services().open(harness.context("showq", "showq", "unix"), Optional.empty());
            harness.fake("public/showq", service::converse);
            try (Connection client = harness.network().connect(root.resolve("public/showq"), Duration.ofSeconds(60))) {
                String answer = new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1).replace('\0', '|');
                for (int i = 0; i < all; i++) {
                    String id = String.format(Locale.ROOT, "%06X", i + 1);
                    assertThat(answer).contains(listed("active", id, 0, "a@example.com", "its turn " + id));
                }
            }
        }
    }

    private static String question(InputStream in) throws IOException {
        assertThat(in.read()).isEqualTo(Trigger.STANDING);
        StringBuilder id = new StringBuilder();
        for (int c = in.read(); c > 0; c = in.read()) {
            id.append((char) c);
        }
        return id.toString();
    }

    /** Debian's showq of 2022 on the same queue, which does not know some of the attributes. */
    @Test
    void theBytesOfPostfix() throws Exception {
        assumeTrue(Identity.effectiveUid() == 0 && Files.isExecutable(REAL), "SKIPPED: needs root and a Postfix");
        sample();
        Path configuration = Files.createDirectories(root.resolve("conf"));
        Files.createDirectories(root.resolve("data"));
        Files.writeString(configuration.resolve("main.cf"), "compatibility_level = 3.6\nqueue_directory = " + root
                + "\ndata_directory = " + root.resolve("data") + "\n");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(new ProcessBuilder("chown", "-R", "postfix", root.toString()).start().waitFor()).isZero();
        ProcessBuilder builder = new ProcessBuilder(REAL.toString(), "-u", "-S");
        builder.environment().put("MAIL_CONFIG", configuration.toString());
        Process process = builder.start();
        byte[] expected = process.getInputStream().readAllBytes();
        ByteArrayOutputStream ours = new ByteArrayOutputStream();
        new QueueList(directory, "MAILER-DAEMON", InstantSource.system(), () -> {
            throw new IOException("down");
        }).write(ours);
        String comparable = ours.toString(StandardCharsets.ISO_8859_1)
                .replaceAll("original_recipient\0[^\0]*\0", "").replaceAll("log_class\0[^\0]*\0", "")
                .replaceAll("(attempts|next_attempt|held_by|dsn_status|remote_host|last_attempt)\0[^\0]*\0", "");
        assertThat(comparable).isEqualTo(new String(expected, StandardCharsets.ISO_8859_1));
    }
}
