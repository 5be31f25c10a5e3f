package org.postrider.local;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.lookup.AliasValue;
import org.postrider.common.lookup.AliasValue.Destination;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Inodes;

/**
 * A file with destinations that a user may have written, opened once: what is looked at is what is read, whatever its owner puts
 * in its place meanwhile. Opening and reading never wait, so a fifo holds nobody up. One thread, which has the user's rights.
 */
final class UserFile implements Closeable {
    private final int descriptor;

    private UserFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Opens it, wherever a symbolic link may lead. */
    static UserFile open(Path path) throws IOException {
        return new UserFile(Inodes.open(path, Inodes.READ_ONLY | Inodes.NON_BLOCKING, 0));
    }

    /** Opens it unless it is a symbolic link; that fails with ELOOP. */
    static UserFile openItself(Path path) throws IOException {
        return new UserFile(Inodes.open(path, Inodes.READ_ONLY | Inodes.NON_BLOCKING | Inodes.NO_FOLLOW, 0));
    }

    /** Whose it is and what it is. */
    Inodes.Status status() throws IOException {
        return Inodes.status(descriptor);
    }

    /** The destinations in it, with the syntax of an alias's right-hand side; lines are cut at this length. */
    List<Destination> destinations(int lineLength) throws IOException {
        List<Destination> all = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        InputStream in = new BufferedInputStream(new DescriptorInput(descriptor), 4096);
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n' || line.length() >= lineLength) {
                add(line, all);
            }
            if (c != '\n') {
                line.append((char) c);
            }
        }
        add(line, all);
        return all;
    }

    private static void add(StringBuilder line, List<Destination> all) {
        String text = line.toString().strip();
        line.setLength(0);
        if (!text.startsWith("#")) {
            all.addAll(AliasValue.parse(text));
        }
    }

    @Override
    public void close() {
        Descriptors.close(descriptor);
    }

    private static final class DescriptorInput extends InputStream {
        private final int descriptor;

        DescriptorInput(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return Descriptors.read(descriptor, one) == 1 ? one[0] & 0xff : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            byte[] some = new byte[length];
            int n = Descriptors.read(descriptor, some);
            System.arraycopy(some, 0, bytes, offset, n);
            return n == 0 && length > 0 ? -1 : n;
        }
    }
}
