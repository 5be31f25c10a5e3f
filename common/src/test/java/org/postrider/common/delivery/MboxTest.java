package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.testing.TextMessage;

class MboxTest {
    @TempDir
    Path folder;

    private final AtomicInteger pauses = new AtomicInteger();
    private final Instant now = Instant.ofEpochSecond(1_700_000_000);
    private final Mbox mbox = new Mbox(new MailboxLocking(MailboxLocking.styles(List.of("fcntl", "dotlock")), 3,
            Duration.ofSeconds(1), Duration.ofSeconds(500), _ -> Optional.empty(), InstantSource.fixed(now),
            _ -> pauses.incrementAndGet()), "5.2.0");

    private static MessageWriter text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path box() {
        return folder.resolve("user");
    }

    @Test
    void appendsAndLeavesNoLock() throws Exception {
        mbox.deliver(new Mbox.Target(box(), -1, 0, false), text("one\n\n"));
        mbox.deliver(new Mbox.Target(box(), -1, 0, false), text("two\n\n"));
        assertThat(Files.readString(box())).isEqualTo("one\n\ntwo\n\n");
        assertThat(folder.resolve("user.lock")).doesNotExist();
    }

    @Test
    void cutsOffWhatCouldNotBeWritten() throws Exception {
        mbox.deliver(new Mbox.Target(box(), -1, 0, false), text("one\n\n"));
        assertThatThrownBy(() -> mbox.deliver(new Mbox.Target(box(), -1, 0, false), out -> {
            out.write(new byte[100_000]);
            throw new IOException("No space left on device");
        })).isInstanceOfSatisfying(DeliveryTrouble.class, trouble -> {
            assertThat(trouble.status().code()).isEqualTo("4.3.0");
            assertThat(trouble.status().text()).isEqualTo("error writing message: No space left on device");
        });
        assertThat(Files.readString(box())).isEqualTo("one\n\n");
    }

    @Test
    void anUnreadableMessageIsTriedAgainAndLeavesNothing() throws Exception {
        var headers = new MessageCopy.Headers("", "", false, "", "");
        var content = new TextMessage("one\ntwo\n").broken().content();
        assertThatThrownBy(() -> mbox.deliver(new Mbox.Target(box(), -1, 0, false),
                out -> new MessageCopy(MessageCopy.Format.MBOX).write(headers, now, content, out)))
                .isInstanceOfSatisfying(DeliveryTrouble.class, trouble -> {
                    assertThat(trouble.status().code()).isEqualTo("4.3.0");
                    assertThat(trouble.status().text()).isEqualTo("cannot read message: Input/output error");
                });
        assertThat(Files.size(box())).isZero();
    }

    @Test
    void theLimitCountsTheWholeFile() throws Exception {
        mbox.deliver(new Mbox.Target(box(), -1, 8, false), text("one\n\n"));
        assertThatThrownBy(() -> mbox.deliver(new Mbox.Target(box(), -1, 8, false), text("two\n\n")))
                .isInstanceOfSatisfying(DeliveryTrouble.class,
                        trouble -> assertThat(trouble.status().code()).isEqualTo("5.2.2"));
        assertThat(Files.size(box())).isEqualTo(5);
    }

    @Test
    void waitsForALockFileAndGivesUp() throws Exception {
        Path lock = Files.createFile(folder.resolve("user.lock"));
        Files.setLastModifiedTime(lock, FileTime.from(now.minusSeconds(10)));
        assertThatThrownBy(() -> mbox.deliver(new Mbox.Target(box(), -1, 0, false), text("x")))
                .isInstanceOfSatisfying(DeliveryTrouble.class,
                        trouble -> assertThat(trouble.status().text()).contains("unable to create lock file"));
        assertThat(pauses).hasValue(2);
    }

    @Test
    void removesAStaleLockFile() throws Exception {
        Path lock = Files.createFile(folder.resolve("user.lock"));
        Files.setLastModifiedTime(lock, FileTime.from(now.minusSeconds(501)));
        mbox.deliver(new Mbox.Target(box(), -1, 0, false), text("x\n"));
        assertThat(Files.readString(box())).isEqualTo("x\n");
    }

    @Test
    void refusesAFileWithTwoNames() throws Exception {
        Files.createFile(box());
        Files.createLink(folder.resolve("other"), box());
        assertThatThrownBy(() -> mbox.deliver(new Mbox.Target(box(), -1, 0, false), text("x")))
                .isInstanceOf(DeliveryTrouble.class)
                .hasMessageContaining("hard links");
    }

    @Test
    void refusesAnothersMailbox() throws Exception {
        Files.createFile(box());
        int someoneElse = (Integer) Files.getAttribute(box(), "unix:uid") + 1;
        assertThatThrownBy(() -> mbox.deliver(new Mbox.Target(box(), someoneElse, 0, false), text("x")))
                .isInstanceOf(DeliveryTrouble.class)
                .hasMessageContaining("is not owned by recipient");
    }

    @Test
    void writesToADeviceWithoutLocks() throws Exception {
        mbox.deliver(new Mbox.Target(Path.of("/dev/null"), -1, 0, false), text("x"));
        assertThat(Path.of("/dev/null.lock")).doesNotExist();
    }

    @Test
    void manyAtOnceDoNotMix() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String line = ("" + i).repeat(5000) + "\n";
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int k = 0; k < 20; k++) {
                        mbox.deliver(new Mbox.Target(box(), -1, 0, false), text(line));
                    }
                } catch (DeliveryTrouble e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(Files.readAllLines(box())).hasSize(80).allMatch(line -> line.chars().distinct().count() == 1);
    }
}
