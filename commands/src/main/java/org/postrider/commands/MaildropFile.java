package org.postrider.commands;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Set;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Inodes;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/**
 * A message put into maildrop while the mail system is down. Begun with mode 0600, which pickup leaves alone; {@link #commit()}
 * makes it durable and gives it mode 0744, which makes it a message. A crash before that leaves a file that is never picked up.
 */
final class MaildropFile implements Closeable {
    private static final int MOST_ATTEMPTS = 1000;

    private final Path path;
    private final FileChannel channel;
    private final OutputStream out;
    private boolean committed;

    private MaildropFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 16 * 1024);
    }

    static MaildropFile create(Path maildrop) throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Instant now = Instant.now();
            Path temporary = maildrop
                    .resolve(now.get(ChronoField.MICRO_OF_SECOND) + "." + ProcessHandle.current().pid());
            try {
                FileChannel channel = FileChannel.open(temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                long inode = ((Number) Files.getAttribute(temporary, "unix:ino")).longValue();
                Path path = maildrop.resolve(QueueId.of(now, inode, false).text());
                Files.move(temporary, path);
                MaildropFile file = new MaildropFile(path, channel);
                new RecordWriter(file.out)
                        .write(RecordType.TIME, now.getEpochSecond() + " " + now.get(ChronoField.MICRO_OF_SECOND))
                        .flush();
                return file;
            } catch (FileAlreadyExistsException _) {
                // Another command came within the same microsecond.
            }
        }
        throw new IOException("can't create a file in " + maildrop);
    }

    OutputStream out() {
        return out;
    }

    /** Opened once more before the mode is set, as from then on pickup may take the file away. */
    void commit() throws IOException {
        out.flush();
        int descriptor = Inodes.open(path, Inodes.READ_ONLY | Inodes.NO_FOLLOW, 0);
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr--r--"));
            channel.force(true);
            Inodes.confirm(descriptor);
        } finally {
            Descriptors.close(descriptor);
        }
        committed = true;
    }

    /** Closes, and removes what was not committed. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (!committed) {
            Files.deleteIfExists(path);
        }
    }
}
