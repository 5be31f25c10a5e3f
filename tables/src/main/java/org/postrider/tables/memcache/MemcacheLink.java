package org.postrider.tables.memcache;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A connection to memcached: its text protocol, one command at a time. Every limit that is passed ends the connection. */
final class MemcacheLink implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final MemcacheSettings settings;

    MemcacheLink(Socket socket, MemcacheSettings settings) throws IOException {
        this.socket = socket;
        this.settings = settings;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    Optional<String> get(String key) throws IOException {
        send("get " + key + "\r\n");
        String line = line();
        if (line.equals("END")) {
            return Optional.empty();
        }
        String[] words = line.split(" ", -1);
        if (words.length < 4 || !words[0].equals("VALUE") || !words[1].equals(key)) {
            throw new IOException("unexpected reply: " + line);
        }
        int size = size(words[3]);
        byte[] data = in.readNBytes(size);
        if (data.length < size) {
            throw new EOFException("connection closed");
        }
        expect("", line());
        expect("END", line());
        return Optional.of(new String(data, StandardCharsets.ISO_8859_1));
    }

    private int size(String word) throws IOException {
        try {
            int size = Integer.parseInt(word);
            if (size >= 0 && size <= settings.dataLimit()) {
                return size;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new IOException("unreasonable data length: " + word);
    }

    void set(String key, String value) throws IOException {
        send("set " + key + " " + settings.flags() + " " + settings.ttl() + " " + value.length() + "\r\n" + value
                + "\r\n");
        expect("STORED", line());
    }

    boolean delete(String key) throws IOException {
        send("delete " + key + "\r\n");
        String line = line();
        if (line.equals("NOT_FOUND")) {
            return false;
        }
        expect("DELETED", line);
        return true;
    }

    private static void expect(String expected, String line) throws IOException {
        if (!line.equals(expected)) {
            throw new IOException("unexpected reply: " + line);
        }
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        while ((c = in.read()) != '\n') {
            if (c < 0) {
                throw new EOFException("connection closed");
            }
            if (line.length() > settings.lineLimit()) {
                throw new IOException("reply line too long");
            }
            line.append((char) c);
        }
        int last = line.length() - 1;
        return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
