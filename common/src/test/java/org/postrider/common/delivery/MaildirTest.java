package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaildirTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000, 123_000);

    private static final Rights OWNER = new Rights(1000, 1000, "joe");

    @TempDir
    Path folder;

    private final Maildir maildir = new Maildir("mx/1.example.com", 42, InstantSource.fixed(NOW), "4.2.0");

    private static MessageWriter text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    @Test
    void makesTheDirectoriesAndNamesTheFileByDeviceAndInode() throws Exception {
        Path box = folder.resolve("a/Maildir");
        Path file = maildir.deliver(box, OWNER, 0, text("hello\n"));
        assertThat(file.getParent()).isEqualTo(box.resolve("new"));
        assertThat(file.getFileName().toString())
                .matches("1700000000\\.V[0-9a-f]+I[0-9a-f]+M123\\.mx_1\\.example\\.com");
        assertThat(Files.readString(file)).isEqualTo("hello\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(box.resolve("cur"))))
                .isEqualTo("rwx------");
        assertThat(files(box.resolve("tmp"))).isEmpty();
    }

    @Test
    void aMessageOverTheLimitBouncesAndLeavesNothing() throws Exception {
        assertThatThrownBy(() -> maildir.deliver(folder, OWNER, 4, text("hello\n")))
                .isInstanceOfSatisfying(DeliveryTrouble.class, trouble -> {
                    assertThat(trouble.status().code()).isEqualTo("5.2.2");
                    assertThat(trouble.status().text()).isEqualTo("maildir delivery failed: File too large");
                });
        assertThat(files(folder.resolve("tmp"))).isEmpty();
        assertThat(files(folder.resolve("new"))).isEmpty();
    }

    @Test
    void somethingElseInTheWayDefers() throws Exception {
        Path box = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> maildir.deliver(box, OWNER, 0, text("x")))
                .isInstanceOfSatisfying(DeliveryTrouble.class,
                        trouble -> assertThat(trouble.status().code()).isEqualTo("4.2.0"));
    }

    @Test
    void twoGenerationsOfAServiceNeverShareAName() throws Exception {
        Maildir next = new Maildir("mx/1.example.com", 42, InstantSource.fixed(NOW), "5.2.0");
        Path first = maildir.deliver(folder, OWNER, 0, out -> {
            try {
                // As long as this one is in tmp, the other service's first message comes.
                Path second = next.deliver(folder, OWNER, 0, text("second"));
                assertThat(second).hasContent("second");
            } catch (DeliveryTrouble e) {
                throw new IOException(e.status().text());
            }
            text("first").write(out);
        });
        assertThat(first).hasContent("first");
        assertThat(files(folder.resolve("new"))).hasSize(2);
        assertThat(files(folder.resolve("tmp"))).isEmpty();
    }

    @Test
    void manyAtOnceNeverShareAName() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().start(() -> deliverMany(number)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Set<String> bodies = new HashSet<>();
        for (Path file : files(folder.resolve("new"))) {
            bodies.add(Files.readString(file));
        }
        assertThat(bodies).hasSize(200);
    }

    private void deliverMany(int number) {
        try {
            for (int i = 0; i < 50; i++) {
                maildir.deliver(folder, OWNER, 0, text(number + " " + i));
            }
        } catch (DeliveryTrouble e) {
            throw new AssertionError(e);
        }
    }
}
