package org.postrider.common.lookup;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** tcp_table(5): one line {@code get key}, one line {@code 200 value}, {@code 500 text} (not there) or {@code 400 text} (trouble). */
final class TcpTable implements LookupTable {
    private static final int LONGEST_REPLY = 4096;
    private static final String HEX = "0123456789ABCDEF";

    private final String title;
    private final TableServer server;
    private final Complaints complaints;

    TcpTable(String title, TableServer server, Complaints complaints) {
        this.title = title;
        this.server = server;
        this.complaints = complaints;
    }

    /** @param place {@code host:port} */
    static TcpTable of(String title, String place, Complaints complaints, Aside aside) {
        return new TcpTable(title,
                new TableServer(TableServer.inet(title, place), complaints, aside, TableServer.LIMIT), complaints);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean wantsWholeKey() {
        return true;
    }

    @Override
    public LookupResult find(String key) {
        return server.find("read TCP map reply from " + title, (in, out) -> {
            out.write(("get " + encode(key) + "\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return result(line(in));
        });
    }

    private LookupResult result(String reply) {
        String text = reply.length() > 4 ? decode(reply.substring(4)) : "";
        if (reply.startsWith("200 ") && !text.isEmpty()) {
            return new LookupResult.Found(text);
        }
        if (reply.startsWith("500 ")) {
            return LookupResult.NOT_FOUND;
        }
        if (!reply.startsWith("400 ")) {
            complaints.warn("read TCP map reply from " + title + ": malformed reply: " + reply);
        }
        return new LookupResult.Unavailable(title + ": " + text);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c;
        while ((c = in.read()) != '\n') {
            if (c < 0 || line.size() >= LONGEST_REPLY) {
                throw new EOFException(c < 0 ? "connection closed" : "text too long");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 127 || c == '%') {
                encoded.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }

    private static String decode(String text) {
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                decoded.append((char) (high * 16 + low));
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }
}
