package org.postrider.common.lookup;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.postrider.common.config.Parameters;

/** socketmap_table(5): netstrings, {@code name key} to the server, {@code OK value}, {@code NOTFOUND }, {@code TEMP text} and so on back. */
final class SocketMapTable implements LookupTable {
    /**
     * The parameters of main.cf.
     *
     * @param query most bytes of a question: socketmap_max_query_size
     * @param reply most bytes of an answer: socketmap_max_reply_size
     */
    record Limits(int query, int reply) {
        static Limits of(Parameters parameters) {
            return new Limits(parameters.number("socketmap_max_query_size"),
                    parameters.number("socketmap_max_reply_size"));
        }
    }

    private final String title;
    private final TableServer server;
    private final String mapName;
    private final Complaints complaints;
    private final Limits limits;

    SocketMapTable(String title, TableServer server, String mapName, Complaints complaints, Limits limits) {
        this.title = title;
        this.server = server;
        this.mapName = mapName;
        this.complaints = complaints;
        this.limits = limits;
    }

    /** @param text {@code inet:host:port:name} or {@code unix:pathname:name} */
    static SocketMapTable of(String title, String text, Complaints complaints, Aside aside, Limits limits) {
        int last = text.lastIndexOf(':');
        String place = last < 0 ? "" : text.substring(0, last);
        String mapName = text.substring(last + 1);
        if (place.startsWith("unix:") && place.length() > 5 && !mapName.isEmpty()) {
            TableServer.Place socket = new TableServer.Place.Local(Path.of(place.substring(5)));
            return new SocketMapTable(title, new TableServer(socket, complaints, aside, TableServer.LIMIT), mapName,
                    complaints, limits);
        }
        if (place.startsWith("inet:") && !mapName.isEmpty()) {
            TableServer.Place socket = TableServer.inet(title, place.substring(5));
            return new SocketMapTable(title, new TableServer(socket, complaints, aside, TableServer.LIMIT), mapName,
                    complaints, limits);
        }
        throw new TableException("bad socketmap name: \"" + title
                + "\"; need \"socketmap:inet:host:port:name\" or \"socketmap:unix:path:name\"");
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
        byte[] question = (mapName + ' ' + key).getBytes(StandardCharsets.ISO_8859_1);
        if (question.length > limits.query) {
            String problem = title + ": a query of " + question.length + " bytes is more than socketmap_max_query_size";
            complaints.warn(problem);
            return new LookupResult.Unavailable(problem);
        }
        return server.find("table " + title, (in, out) -> {
            out.write((question.length + ":").getBytes(StandardCharsets.ISO_8859_1));
            out.write(question);
            out.write(',');
            out.flush();
            return result(netstring(in));
        });
    }

    private LookupResult result(String reply) {
        int space = reply.indexOf(' ');
        String status = space < 0 ? reply : reply.substring(0, space);
        String text = space < 0 ? "" : reply.substring(space + 1);
        return switch (status) {
            case "OK" -> text.isEmpty() ? LookupResult.NOT_FOUND : new LookupResult.Found(text);
            case "NOTFOUND" -> LookupResult.NOT_FOUND;
            default -> {
                complaints.warn(title + " socketmap server " + status + " error: " + text);
                yield new LookupResult.Unavailable(title + ": " + text);
            }
        };
    }

    private String netstring(InputStream in) throws IOException {
        int length = 0;
        int c;
        while ((c = in.read()) != ':') {
            if (c < '0' || c > '9') {
                throw new EOFException(c < 0 ? "connection closed" : "netstring format error");
            }
            length = length * 10 + (c - '0');
            if (length > limits.reply) {
                throw new IOException("netstring too large");
            }
        }
        byte[] text = in.readNBytes(length);
        if (text.length < length || in.read() != ',') {
            throw new EOFException("netstring format error");
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
