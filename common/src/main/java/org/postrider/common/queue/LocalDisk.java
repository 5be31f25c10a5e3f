package org.postrider.common.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.posix.Inodes;

/** The file systems of this machine. */
public final class LocalDisk implements Disk {
    /** The environment variable in which master tells its daemons the kernel's boot_id: in a new root directory there is no /proc. */
    public static final String BOOT_VARIABLE = "POSTRIDER_BOOT";
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Map<String, String> environment;

    public LocalDisk() {
        this(System.getenv());
    }

    LocalDisk(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The kernel's name for the time since it was started, where /proc is. */
    public static Optional<String> bootId() {
        try {
            return Optional.of(Files.readString(BOOT, StandardCharsets.US_ASCII).strip());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    @Override
    public Mounted mounted(Path directory) throws IOException {
        return new Local(Inodes.open(directory, Inodes.READ_ONLY, 0), boot());
    }

    @Override
    public Optional<Closeable> lock(Path file) throws IOException {
        return FileLocks.tryExclusive(file).map(Closeable.class::cast);
    }

    /** Told by nobody and without /proc it is unknown: then it is always another. */
    private String boot() {
        String told = environment.getOrDefault(BOOT_VARIABLE, "");
        return told.isEmpty() ? bootId().orElseGet(() -> UUID.randomUUID().toString()) : told;
    }

    /** The descriptor stays open: the kernel tells each one of the write errors that came after its opening. */
    private static final class Local implements Mounted {
        private final String boot;
        private int descriptor;

        Local(int descriptor, String boot) {
            this.descriptor = descriptor;
            this.boot = boot;
        }

        @Override
        public void sync() throws IOException {
            Inodes.syncAll(descriptor);
            Inodes.confirm(descriptor);
        }

        /**
         * The boot and the mount. Before Linux 6.8 a mount has no number of its own, and the device stands for it: a file system
         * that was torn off and mounted again without a boot is then not told from one that was there all the time.
         */
        @Override
        public String incarnation() throws IOException {
            OptionalLong mount = Inodes.uniqueMount(descriptor);
            return boot + (mount.isPresent()
                    ? "/mount " + mount.getAsLong()
                    : "/device " + Inodes.status(descriptor).device());
        }

        @Override
        public void close() {
            if (descriptor >= 0) {
                Descriptors.close(descriptor);
                descriptor = -1;
            }
        }
    }
}
