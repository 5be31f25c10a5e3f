package org.postrider.master;

import java.nio.charset.StandardCharsets;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What daemons write to their standard error: nothing as a rule, but a Java run time that can't start says there why. All of
 * them write into one pipe, and each line becomes a warning in master's log.
 */
final class ChildOutput {
    private static final Logger LOG = LoggerFactory.getLogger(ChildOutput.class);
    private static final int LONGEST_LINE = 1000;

    private final Descriptors.Pipe pipe;
    private final StringBuilder unfinished = new StringBuilder();

    ChildOutput() throws PosixException {
        pipe = Descriptors.pipe();
        Descriptors.blocking(pipe.reader(), false);
    }

    /** What becomes the standard error of a child. */
    int writer() {
        return pipe.writer();
    }

    /** Readable when somebody wrote. */
    int descriptor() {
        return pipe.reader();
    }

    /** Logs what was written. */
    void read() {
        byte[] buffer = new byte[4096];
        try {
            int count = Descriptors.read(pipe.reader(), buffer);
            unfinished.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        } catch (PosixException e) {
            if (e.errno() != Errno.EAGAIN) {
                LOG.warn("read the output of daemons: {}", e.getMessage());
            }
        }
        int end = unfinished.indexOf("\n");
        while (end >= 0 || unfinished.length() > LONGEST_LINE) {
            int length = end < 0 ? LONGEST_LINE : Math.min(end, LONGEST_LINE);
            String line = unfinished.substring(0, length).strip();
            unfinished.delete(0, end < 0 || length < end ? length : end + 1);
            if (!line.isEmpty()) {
                LOG.warn("{}", line);
            }
            end = unfinished.indexOf("\n");
        }
    }
}
