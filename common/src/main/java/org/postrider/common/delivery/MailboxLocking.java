package org.postrider.common.delivery;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.posix.FileWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a mailbox file is locked against mail readers and other deliveries: mailbox_delivery_lock or virtual_mailbox_lock, with
 * deliver_lock_attempts, deliver_lock_delay and stale_lock_time. Deliveries of this JVM wait for each other elsewhere
 * ({@link PathLocks}), because fcntl locks do not tell threads of one process apart.
 *
 * @param styles which locks, all of them are taken
 * @param attempts how often a lock is tried
 * @param delay the time between two attempts
 * @param stale the age at which a lock file is taken for a dead process's
 * @param flock takes flock(2) locks
 * @param clock the time of day
 * @param pause waits
 */
public record MailboxLocking(Set<Style> styles, int attempts, Duration delay, Duration stale, Flock flock,
        InstantSource clock, Pause pause) {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxLocking.class);

    /** The kinds of locks, in the order in which they are taken. */
    public enum Style {
        /** A file beside the mailbox, {@code mailbox.lock}. */
        DOTLOCK,
        /** flock(2). */
        FLOCK,
        /** fcntl(2) record lock on the whole file. */
        FCNTL
    }

    /** Waits between two attempts. */
    public interface Pause {
        void pause(Duration length) throws IOException;
    }

    /** Takes a flock(2) lock without waiting. */
    public interface Flock {
        /** The lock, which closing releases; empty when somebody else has it. */
        Optional<? extends Closeable> tryLock(Path file) throws IOException;
    }

    /** A lock that is held. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private interface Attempt {
        boolean succeeds() throws IOException;
    }

    public MailboxLocking {
        styles = styles.isEmpty() ? Set.of() : Set.copyOf(styles);
    }

    /** Reads the value of mailbox_delivery_lock. */
    public static Set<Style> styles(List<String> names) {
        EnumSet<Style> found = EnumSet.noneOf(Style.class);
        for (String name : names) {
            try {
                found.add(Style.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException _) {
                throw new IllegalArgumentException("unknown mailbox lock type: " + name);
            }
        }
        return found;
    }

    /**
     * As main.cf says.
     *
     * @param parameter mailbox_delivery_lock or virtual_mailbox_lock
     */
    public static MailboxLocking of(Parameters parameters, String parameter, InstantSource clock) {
        try {
            return new MailboxLocking(styles(parameters.list(parameter)), parameters.number("deliver_lock_attempts"),
                    parameters.time("deliver_lock_delay"), parameters.time("stale_lock_time"),
                    FileLocks::tryExclusive, clock, MailboxLocking::sleep);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(parameter + ": " + e.getMessage(), e);
        }
    }

    private static void sleep(Duration length) throws IOException {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a lock", e);
        }
    }

    /**
     * Takes the lock file beside the mailbox, where that style is wanted.
     *
     * @param mayFail true where the directory may be closed to the user, as for files that aliases name
     */
    Held lockFile(Path mailbox, boolean mayFail) throws DeliveryTrouble {
        if (!styles.contains(Style.DOTLOCK)) {
            return () -> {
            };
        }
        Path lock = Path.of(mailbox + ".lock");
        try {
            if (!repeat(() -> createLockFile(lock))) {
                throw new DeliveryTrouble("4.2.0", "unable to create lock file " + lock + ": File exists");
            }
        } catch (IOException e) {
            if (mayFail && e instanceof AccessDeniedException) {
                LOG.warn("unable to create lock file {}: {}", lock, FileWords.of(e));
                return () -> {
                };
            }
            throw FileTrouble.mailbox("unable to create lock file " + lock + ": ", e, "4.2.0");
        }
        return () -> removeLockFile(lock);
    }

    /** Takes the kernel's locks on the open mailbox. */
    Held lockOpen(Path mailbox, FileChannel file) throws DeliveryTrouble {
        Held[] held = {() -> {
        }, () -> {
        }};
        try {
            boolean locked = repeat(() -> tryFlock(mailbox, held)) && repeat(() -> tryFcntl(file, held));
            if (locked) {
                return () -> {
                    held[1].close();
                    held[0].close();
                };
            }
            held[0].close();
            throw new DeliveryTrouble("4.2.0",
                    "unable to lock for exclusive access: Resource temporarily unavailable");
        } catch (IOException e) {
            held[0].close();
            throw FileTrouble.mailbox("unable to lock for exclusive access: ", e, "4.2.0");
        }
    }

    private boolean tryFlock(Path mailbox, Held[] held) throws IOException {
        if (!styles.contains(Style.FLOCK)) {
            return true;
        }
        Optional<? extends Closeable> lock = flock.tryLock(mailbox);
        lock.ifPresent(taken -> held[0] = () -> release(taken));
        return lock.isPresent();
    }

    private boolean tryFcntl(FileChannel file, Held[] held) throws IOException {
        if (!styles.contains(Style.FCNTL)) {
            return true;
        }
        try {
            FileLock lock = file.tryLock();
            if (lock == null) {
                return false;
            }
            held[1] = () -> release(lock::release);
            return true;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    /** The file is closed right after, which ends the lock in any case. */
    private static void release(Closeable lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release a mailbox lock", e);
        }
    }

    private boolean createLockFile(Path lock) throws IOException {
        try {
            Files.createFile(lock);
            return true;
        } catch (FileAlreadyExistsException _) {
            removeIfStale(lock);
            return false;
        }
    }

    private void removeIfStale(Path lock) throws IOException {
        try {
            FileTime made = Files.getLastModifiedTime(lock);
            Instant now = clock.instant();
            if (made.toInstant().plus(stale).isBefore(now)) {
                Files.deleteIfExists(lock);
            }
        } catch (NoSuchFileException _) {
            // Released meanwhile: the next attempt takes it.
        }
    }

    private static void removeLockFile(Path lock) {
        try {
            Files.deleteIfExists(lock);
        } catch (IOException _) {
            // It goes stale, and the mail is delivered.
        }
    }

    private boolean repeat(Attempt attempt) throws IOException {
        for (int i = 0; i < attempts; i++) {
            if (i > 0) {
                pause.pause(delay);
            }
            if (attempt.succeeds()) {
                return true;
            }
        }
        return false;
    }
}
