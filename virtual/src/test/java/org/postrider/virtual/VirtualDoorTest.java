package org.postrider.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.delivery.MailboxLocking;
import org.postrider.common.delivery.Maildir;
import org.postrider.common.delivery.Mbox;
import org.postrider.common.delivery.RecipientIdentity;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.Tables;
import org.postrider.common.posix.FileSystemIdentity;
import org.postrider.common.posix.Identity;
import org.postrider.common.testing.DeliveryRig;
import org.slf4j.LoggerFactory;

class VirtualDoorTest {
    private static final int NOBODY = 65534;

    @TempDir
    Path folder;

    private final InstantSource clock = InstantSource.system();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final DeliveryRig rig = new DeliveryRig();
    private int uid = Identity.uid() == 0 ? NOBODY : Identity.uid();
    private long limit = 51_200_000;
    private String mailboxes = "inline:{joe@example.org=joe/, ann@example.org=box/ann, @catch.example=all}";

    @AfterEach
    void stop() {
        threads.close();
    }

    private VirtualDoor door() throws IOException {
        if (Identity.uid() == 0) {
            Files.setAttribute(folder, "unix:uid", uid);
        }
        Tables tables = new Tables(folder, clock);
        var settings = new VirtualSettings(folder.toString(), tables.list(mailboxes),
                tables.list("static:" + uid), tables.list("static:" + uid),
                new AddressSearch(new AddressExtension("+", true), _ -> false, false),
                1, limit, true, true);
        var locking = new MailboxLocking(MailboxLocking.styles(List.of("fcntl")), 3, Duration.ofMillis(1),
                Duration.ofSeconds(500), _ -> Optional.empty(), clock, _ -> {
                });
        var identity = new RecipientIdentity(Identity.uid(), Identity.gid(), threads, FileSystemIdentity::assume);
        return new VirtualDoor(settings, identity, new Mbox(locking, "4.2.0"), new Maildir("mx", 1, clock, "4.2.0"),
                clock,
                LoggerFactory.getLogger("test"));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    @Test
    void aMaildirByAddressWithAndWithoutExtension() throws IOException {
        assertThat(rig.serve(door(), "Joe@example.org", "joe+x@example.org")).isFalse();
        assertThat(files(folder.resolve("joe/new"))).hasSize(2);
        assertThat(rig.kept()).containsExactly("TRACE Joe@example.org 2.0.0 delivered: delivered to maildir",
                "TRACE joe+x@example.org 2.0.0 delivered: delivered to maildir");
    }

    @Test
    void aMailboxFileAndACatchAll() throws IOException {
        Path box = Files.createDirectory(folder.resolve("box"));
        if (Identity.uid() == 0) {
            Files.setAttribute(box, "unix:uid", uid);
        }
        assertThat(rig.serve(door(), "ann@example.org", "x@catch.example")).isFalse();
        assertThat(Files.readString(box.resolve("ann"))).startsWith("From sender@example.com  ")
                .contains("Delivered-To: ann@example.org\n").endsWith("body\n\n");
        assertThat(folder.resolve("all")).exists();
    }

    @Test
    void anUnknownAddressBounces() throws IOException {
        assertThat(rig.serve(door(), "none@example.org")).isFalse();
        assertThat(rig.kept())
                .containsExactly("BOUNCE none@example.org 5.1.1 failed: unknown user: \"none@example.org\"");
    }

    @Test
    void brokenTablesAndBadOwnersDefer() throws IOException {
        mailboxes = "fail:x";
        assertThat(rig.serve(door(), "joe@example.org")).isTrue();
        mailboxes = "inline:{joe@example.org=joe/}";
        uid = 0;
        assertThat(rig.serve(door(), "joe@example.org")).isTrue();
        assertThat(rig.kept()).containsOnly("DEFER joe@example.org 4.3.5 delayed: mail system configuration error");
    }

    @Test
    void overTheLimitBounces() throws IOException {
        limit = 20;
        assertThat(rig.serve(door(), "joe@example.org")).isFalse();
        assertThat(rig.kept()).containsExactly(
                "BOUNCE joe@example.org 5.2.2 failed: maildir delivery failed: File too large");
    }

    @Test
    void mailThatWasHereBeforeBounces() throws IOException {
        rig.message("Delivered-To: joe@example.org\n\nx\n").serve(door(), "joe@example.org");
        assertThat(rig.kept())
                .containsExactly("BOUNCE joe@example.org 5.4.6 failed: mail forwarding loop for joe@example.org");
    }

    @Test
    void filesBelongToTheMailboxesOwner() throws IOException {
        assumeTrue(Identity.uid() == 0, "SKIPPED, NOT ROOT: cannot write as another user");
        rig.serve(door(), "joe@example.org");
        Path file = files(folder.resolve("joe/new")).getFirst();
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(NOBODY);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(NOBODY);
        assertThat(Files.getAttribute(folder.resolve("joe"), "unix:uid")).isEqualTo(NOBODY);
    }

    @Test
    void rootCanBeKeptOutByTheOwnersRights() throws IOException {
        assumeTrue(Identity.uid() == 0, "SKIPPED, NOT ROOT: cannot write as another user");
        Path closed = Files.createDirectory(folder.resolve("joe"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThat(closed).exists();
        assertThat(rig.serve(door(), "joe@example.org")).isTrue();
        assertThat(rig.kept()).hasSize(1).first().asString().startsWith("DEFER joe@example.org 4.2.0")
                .endsWith("Permission denied");
    }
}
