package org.postrider.common.posix;

import java.io.Closeable;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A file that this process makes and writes once, from its beginning to its end.
 *
 * <p>One thread at a time; used with the file-system identity of the thread that makes it.
 */
public final class NewFile extends OutputStream implements SharedSync.Written, Closeable {
    private static final int WRITE = 2;
    private static final int WAIT_BEFORE = 1;
    private static final int WAIT_AFTER = 4;
    private static final LibraryFunction SYNC_RANGE = new LibraryFunction("sync_file_range", 4);

    private final int descriptor;
    private boolean closed;

    private NewFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Makes an empty file.
     *
     * @param mode permission bits, before the umask
     * @throws PosixException EEXIST when there is something of this name, a symbolic link included
     */
    public static NewFile create(Path path, int mode) throws PosixException {
        return new NewFile(Inodes.open(path, Inodes.WRITE_ONLY | Inodes.CREATE | Inodes.EXCLUSIVE, mode));
    }

    @Override
    public void write(int b) throws PosixException {
        write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws PosixException {
        Descriptors.writeFully(descriptor, bytes, offset, length);
    }

    public Inodes.Status status() throws PosixException {
        return Inodes.status(descriptor);
    }

    @Override
    public void beginWriting() throws PosixException {
        SYNC_RANGE.call(descriptor, 0, 0, WRITE);
    }

    @Override
    public void awaitWriting() throws PosixException {
        SYNC_RANGE.call(descriptor, 0, 0, WAIT_BEFORE | WAIT_AFTER);
    }

    @Override
    public void sync() throws PosixException {
        Inodes.sync(descriptor);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Descriptors.close(descriptor);
        }
    }
}
