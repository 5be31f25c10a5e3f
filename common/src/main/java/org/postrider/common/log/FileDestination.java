package org.postrider.common.log;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;

/** Lines to a stream: a log file that only this process writes, or standard output in a container. */
public final class FileDestination implements LogDestination {
    private final OutputStream out;
    private final LogFormat format;

    public FileDestination(OutputStream out, String host) {
        this.out = new BufferedOutputStream(out, 16 * 1024);
        this.format = new LogFormat(host, ZoneId.systemDefault());
    }

    /** Appends to this file, which is made when it is missing. */
    public static FileDestination append(Path file, String host) throws IOException {
        return new FileDestination(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                host);
    }

    @Override
    public void write(int severity, long micros, String line) throws IOException {
        out.write(format.line(micros, line).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
