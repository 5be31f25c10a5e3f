package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;

class FlushLogsTest {
    private static final QueueId ONE = new QueueId("6271920D3EC");
    private static final QueueId TWO = new QueueId("638E320D3ED");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path root;

    private QueueDirectory queue;
    private Instant now = Instant.now();

    @BeforeEach
    void makeQueue() throws IOException {
        queue = new QueueDirectory(root, Set.of("deferred"), 1);
        queue.create(QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED, QueueName.FLUSH);
    }

    private FlushLogs logs() {
        return new FlushLogs(queue, () -> now, HOUR, HOUR.multipliedBy(2));
    }

    private void put(QueueName where, QueueId id) throws IOException {
        Path path = queue.path(where, id);
        queue.makeParent(path);
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        QueueDirectory.setTime(path, now.plus(HOUR));
    }

    private Path log(String name) {
        return root.resolve("flush").resolve(name);
    }

    @Test
    void namesAreThoseOfPostfix() {
        assertThat(FlushLogs.name("Mail-1.Example.ORG")).isEqualTo("mail_1_example_org");
        assertThat(FlushLogs.name("[IPv6:2001:db8::1]")).isEqualTo("_ipv6_2001_db8__1_");
        assertThat(FlushLogs.name("../../etc/passwd")).isEqualTo("______etc_passwd");
    }

    @Test
    void whatWaitsForASiteGoesToIncomingAndIsToBeTriedNow() throws IOException {
        put(QueueName.DEFERRED, ONE);
        put(QueueName.DEFERRED, TWO);
        logs().add("a.test", ONE);
        logs().add("A.test", ONE);
        logs().add("b.test", TWO);
        assertThat(log("a_test")).hasContent(ONE.text() + "\n" + ONE.text() + "\n");
        assertThat(Files.getPosixFilePermissions(log("a_test"))).isEqualTo(
                PosixFilePermissions.fromString("rw-------"));

        assertThat(logs().send("a.test")).isEqualTo(1);
        Path incoming = queue.path(QueueName.INCOMING, ONE);
        assertThat(Files.getPosixFilePermissions(incoming)).contains(PosixFilePermission.GROUP_READ);
        assertThat(Files.getLastModifiedTime(incoming).toInstant()).isBeforeOrEqualTo(now);
        assertThat(queue.path(QueueName.DEFERRED, TWO)).exists();
        assertThat(log("a_test")).isEmptyFile();
        assertThat(logs().send("a.test")).isZero();
        assertThat(logs().send("never.seen.test")).isZero();
    }

    @Test
    void aMessageThatIsBeingDeferredIsNotForgotten() throws IOException {
        put(QueueName.ACTIVE, ONE);
        logs().add("a.test", ONE);
        logs().add("a.test", TWO);
        assertThat(logs().send("a.test")).isZero();
        assertThat(log("a_test")).hasContent(ONE.text() + "\n");
        queue.move(ONE, QueueName.ACTIVE, QueueName.DEFERRED);
        assertThat(logs().send("a.test")).isEqualTo(1);
    }

    @Test
    void aLogWithRubbishIsReadToItsEnd() throws IOException {
        put(QueueName.DEFERRED, ONE);
        Files.writeString(log("a_test"), "\n../../x\n" + "z".repeat(5000) + "\n" + ONE.text());
        assertThat(logs().send("a.test")).isEqualTo(1);
    }

    @Test
    void refreshActsOnWhatNobodyAskedForAndRemovesWhatNobodyNeeds() throws IOException {
        put(QueueName.DEFERRED, ONE);
        logs().add("a.test", ONE);
        assertThat(logs().refresh()).isZero();
        now = now.plus(HOUR).plusSeconds(1);
        assertThat(logs().refresh()).isEqualTo(1);
        assertThat(log("a_test")).isEmptyFile();
        now = now.plus(HOUR);
        assertThat(logs().refresh()).isZero();
        assertThat(log("a_test")).exists();
        now = now.plus(HOUR).plusSeconds(1);
        assertThat(logs().refresh()).isZero();
        assertThat(log("a_test")).doesNotExist();
    }

    @Test
    void aHashedQueueIsHashedByName() throws IOException {
        queue = new QueueDirectory(root, Set.of("deferred", "flush"), 2);
        put(QueueName.DEFERRED, ONE);
        logs().add("a.test", ONE);
        assertThat(log("a/_/a_test")).exists();
        now = now.plus(HOUR.multipliedBy(3));
        assertThat(logs().refresh()).isEqualTo(1);
        logs().add("x", ONE);
        assertThat(log("x/_/x")).exists();
    }
}
