package org.postrider.common.posix;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A file that this process makes and writes once, from its beginning to its end.
 *
 * <p>One thread at a time; used with the file-system identity of the thread that makes it.
 */
public final class NewFile extends OutputStream implements Closeable {
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

    /** Waits until the file is on stable storage, together with others. */
    public void sync(SharedSync shared) throws IOException {
        shared.sync(descriptor);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Descriptors.close(descriptor);
        }
    }
}
