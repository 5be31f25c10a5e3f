package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.FileSystemIdentity;
import org.postrider.common.posix.Identity;
import org.postrider.common.wire.Network;

class RecipientIdentityTest {
    private static final Rights NOBODY = new Rights(65534, 65534, "nobody");

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newFixedThreadPool(1);

    @AfterEach
    void stop() {
        threads.close();
    }

    @Test
    void rootTakesTheRecipientsIdentityAndGivesItBack() throws Exception {
        assumeTrue(Identity.uid() == 0, "SKIPPED, NOT ROOT: cannot take another user's identity");
        var identity = new RecipientIdentity(0, 0, threads, FileSystemIdentity::assume);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path made = identity.call(NOBODY, () -> Files.createFile(folder.resolve("made")));
        assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(65534);
        assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(65534);
        assertThatThrownBy(() -> identity.call(NOBODY, () -> Files.readString(secret)))
                .isInstanceOf(java.nio.file.AccessDeniedException.class);
        assertThat(identity.call(new Rights(0, 0, "root"), () -> Files.readString(secret))).isEqualTo("x");
    }

    @Test
    void withoutRootOnlyTheOwnUserIsPossible() throws Exception {
        List<Integer> asked = new ArrayList<>();
        var identity = new RecipientIdentity(1000, 1000, threads, (uid, gid) -> asked.add(uid));
        assertThat(identity.call(new Rights(1000, 1000, "me"), () -> "done")).isEqualTo("done");
        assertThatThrownBy(() -> identity.call(NOBODY, () -> "never"))
                .isInstanceOfSatisfying(DeliveryTrouble.class, trouble -> {
                    assertThat(trouble.status().code()).isEqualTo("4.3.5");
                    assertThat(trouble.status().text()).isEqualTo(
                            "cannot deliver as user nobody: the mail system runs without root privileges");
                });
        assertThat(asked).isEmpty();
    }

    @Test
    void briefWorkIsDoneByTheLoopThatCarriesTheCaller() throws Exception {
        var identity = new RecipientIdentity(1000, 1000, _ -> {
            throw new IllegalStateException("another thread was asked");
        }, (_, _) -> {
        });
        CompletableFuture<Boolean> onVirtual = new CompletableFuture<>();
        try (Network network = new Network(1)) {
            Thread caller = network.thread("caller", () -> {
                try {
                    boolean _ = onVirtual.complete(identity.callBriefly(new Rights(1000, 1000, "me"),
                            () -> Thread.currentThread().isVirtual()));
                } catch (Exception e) {
                    boolean _ = onVirtual.completeExceptionally(e);
                }
            });
            caller.start();
            assertThat(onVirtual.get()).as("an identity belongs to a platform thread").isFalse();
        }
    }

    @Test
    void failuresComeBackAsTheyAre() {
        var identity = new RecipientIdentity(1000, 1000, threads, (_, _) -> {
        });
        Rights own = new Rights(1000, 1000, "me");
        assertThatThrownBy(() -> identity.call(own, () -> {
            throw new IOException("disk");
        })).isInstanceOf(IOException.class).hasMessage("disk");
        assertThatThrownBy(() -> identity.call(own, () -> {
            throw new IllegalStateException("bug");
        })).isInstanceOf(IllegalStateException.class);
    }
}
