package org.postrider.common.delivery;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Appends messages to mailbox files in the format of many messages per file. Locks the file, appends, fsyncs, unlocks; a failed
 * append is cut off again. The file must be a regular file with one link, and with strict_mailbox_ownership belong to the
 * recipient; it is made (0600) when it is missing. Anything that is not a regular file, such as {@code /dev/null}, is written
 * without locks.
 *
 * <p>A crash before the fsync may leave part of a message at the end of the file and the recipient in the queue.
 * Safe for many threads; each call runs on a thread that has the recipient's file-system identity.
 */
public final class Mbox {
    private static final int FILE_TYPE = 0170000;
    private static final int DEVICE = 0020000;

    private static final Set<OpenOption> APPEND = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE,
            LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * Where a message goes.
     *
     * @param file the mailbox
     * @param owner the user the file must belong to, -1 for anybody
     * @param limit most bytes of the whole file, 0 for no limit
     * @param lockFileMayFail whether a directory that is closed to the user is no reason against delivery
     */
    public record Target(Path file, int owner, long limit, boolean lockFileMayFail) {}

    private final MailboxLocking locking;
    private final String otherwise;
    private final PathLocks pathLocks = new PathLocks();

    /** @param otherwise the status code of failures that have none of their own: 4.2.0, or 5.2.0 to return mail */
    public Mbox(MailboxLocking locking, String otherwise) {
        this.locking = locking;
        this.otherwise = otherwise;
    }

    /**
     * Appends one message.
     *
     * @return where in the file it begins, in bytes; 0 for what is not a regular file
     */
    public long deliver(Target target, MessageWriter writer) throws DeliveryTrouble {
        Path mailbox = trusted(target.file());
        if (isSpecial(mailbox)) {
            writeSpecial(mailbox, writer);
            return 0;
        }
        try (var _ = pathLocks.lock(mailbox); var _ = locking.lockFile(mailbox, target.lockFileMayFail())) {
            return append(mailbox, target, writer);
        }
    }

    private long append(Path mailbox, Target target, MessageWriter writer) throws DeliveryTrouble {
        FileChannel file;
        String act = Files.exists(mailbox, LinkOption.NOFOLLOW_LINKS)
                ? "cannot open file: "
                : "cannot create file exclusively: ";
        try {
            file = FileChannel.open(mailbox, APPEND, FILE_MODE);
        } catch (IOException e) {
            throw FileTrouble.mailbox(act, e, otherwise);
        }
        try (file) {
            checkFile(mailbox, target.owner());
            try (var _ = locking.lockOpen(mailbox, file)) {
                return write(file, target.limit(), writer);
            }
        } catch (IOException e) {
            throw FileTrouble.mailbox("error writing message: ", e, otherwise);
        }
    }

    private static long write(FileChannel file, long limit, MessageWriter writer) throws IOException {
        long before = file.size();
        boolean whole = false;
        try {
            file.position(before);
            OutputStream out = new LimitedOutput(Channels.newOutputStream(file), before, limit);
            writer.write(out);
            out.flush();
            file.force(true);
            whole = true;
            return before;
        } finally {
            if (!whole) {
                file.truncate(before);
            }
        }
    }

    private void checkFile(Path mailbox, int owner) throws IOException, DeliveryTrouble {
        Map<String, Object> facts = Files.readAttributes(mailbox, "unix:uid,nlink,isRegularFile",
                LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(facts.get("isRegularFile"))) {
            throw new DeliveryTrouble(otherwise, "destination " + mailbox + " is not a regular file");
        }
        if (facts.get("nlink") instanceof Number links && links.intValue() != 1) {
            throw new DeliveryTrouble(otherwise, "file has " + links + " hard links");
        }
        if (owner >= 0 && facts.get("uid") instanceof Number uid && uid.intValue() != owner) {
            throw new DeliveryTrouble("4.2.0", "destination " + mailbox + " is not owned by recipient");
        }
    }

    /** A character device such as /dev/null; opening a pipe that nobody reads would hold the thread for ever. */
    private boolean isSpecial(Path mailbox) throws DeliveryTrouble {
        if (!Files.exists(mailbox) || Files.isRegularFile(mailbox) || Files.isDirectory(mailbox)) {
            return false;
        }
        try {
            if (Files.getAttribute(mailbox, "unix:mode") instanceof Integer mode && (mode & FILE_TYPE) == DEVICE) {
                return true;
            }
        } catch (IOException e) {
            throw FileTrouble.mailbox("cannot look at destination: ", e, otherwise);
        }
        throw new DeliveryTrouble(otherwise, "destination " + mailbox + " is not a regular file");
    }

    private void writeSpecial(Path device, MessageWriter writer) throws DeliveryTrouble {
        try (FileChannel file = FileChannel.open(device, StandardOpenOption.WRITE)) {
            OutputStream out = new LimitedOutput(Channels.newOutputStream(file), 0, 0);
            writer.write(out);
            out.flush();
        } catch (IOException e) {
            throw FileTrouble.mailbox("error writing message: ", e, otherwise);
        }
    }

    /** A symbolic link is followed only when root made it: nobody else may lead mail to another's file. */
    private Path trusted(Path named) throws DeliveryTrouble {
        if (!Files.isSymbolicLink(named)) {
            return named;
        }
        try {
            Object uid = Files.getAttribute(named, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (uid instanceof Number number && number.intValue() == 0) {
                return named.toRealPath();
            }
            throw new DeliveryTrouble(otherwise, "cannot open file: file " + named + " is a symbolic link");
        } catch (IOException e) {
            throw FileTrouble.mailbox("cannot open file: ", e, otherwise);
        }
    }
}
