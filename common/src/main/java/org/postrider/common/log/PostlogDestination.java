package org.postrider.common.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;

/**
 * Lines to postlogd(8) through its datagram socket {@code public/postlog}: finished lines with time and host, several in one
 * datagram when they come fast. While nobody listens there (early in a start, late in a stop) the lines are appended to the
 * log file itself, where this process may do that.
 */
public final class PostlogDestination implements LogDestination {
    private static final int GATHER = 8 * 1024;

    private final DatagramPath socket;
    private final Path file;
    private final LogFormat format;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream(GATHER);

    /**
     * @param path the socket of postlogd
     * @param file maillog_file
     * @param host the name to write after the time
     */
    public PostlogDestination(Path path, Path file, String host) {
        this.socket = new DatagramPath(path.toString());
        this.file = file;
        this.format = new LogFormat(host, ZoneId.systemDefault());
    }

    @Override
    public void write(int severity, long micros, String line) throws IOException {
        byte[] bytes = format.line(micros, line).getBytes(StandardCharsets.ISO_8859_1);
        if (gathered.size() + bytes.length > GATHER) {
            flush();
        }
        gathered.writeBytes(bytes);
    }

    @Override
    public void flush() throws IOException {
        if (gathered.size() == 0) {
            return;
        }
        byte[] lines = gathered.toByteArray();
        gathered.reset();
        try {
            socket.send(lines);
        } catch (IOException _) {
            append(lines);
        }
    }

    private void append(byte[] lines) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write(lines);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
