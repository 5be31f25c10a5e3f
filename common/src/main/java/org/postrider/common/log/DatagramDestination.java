package org.postrider.common.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;

/**
 * Lines to the system's log socket, one datagram a line in the form of RFC 3164: priority, time, tag, text. When nobody
 * listens, lines are lost, as with syslog(3).
 */
public final class DatagramDestination implements LogDestination {
    private final DatagramPath socket;
    private final int facility;
    private final ZoneId zone = ZoneId.systemDefault();

    /**
     * @param path normally {@code /dev/log}
     * @param facility RFC 3164 facility number; mail is 2
     */
    public DatagramDestination(Path path, int facility) {
        this.socket = new DatagramPath(path.toString());
        this.facility = facility;
    }

    @Override
    public void write(int severity, long micros, String line) throws IOException {
        String datagram = "<" + (facility * 8 + severity) + ">" + LogFormat.stamp(micros, zone) + " " + line;
        socket.send(datagram.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        socket.close();
    }
}
