package org.postrider.common.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;

/**
 * From qmgr: what a message waits for, in words for people. On the wire a list of attributes whose names come again: {@code held_by},
 * and behind it, but for the first one, {@code offsets}, the recipients of whom this is said.
 *
 * @param others what is said of all who are not named
 * @param recipients what is said of some, by the offset of their record
 */
public record Standing(String others, Map<Long, String> recipients) {
    private static final String WORDS = "held_by";
    private static final String OFFSETS = "offsets";
    private static final int MOST_OFFSETS = 1000;
    private static final int MOST_RECIPIENTS = 1_000_000;

    /** As many questions as are asked before an answer is read. */
    public static final int MOST_AT_ONCE = 200;

    /** A connection on which any number of questions are asked. One thread. */
    public static final class Asker implements AutoCloseable {
        private final Connection connection;

        /**
         * Connects.
         *
         * @param socket the queue manager's
         * @param limit for the connection and each answer
         */
        public Asker(Network network, Path socket, Duration limit) throws IOException {
            connection = network.connect(socket, limit);
            connection.timeout(limit);
        }

        /**
         * What each of these messages waits for, in their order. All are asked about at once, then answers are read: the questions must
         * fit into what a socket holds, so let there be no more than {@link #MOST_AT_ONCE}.
         *
         * @param ids of the messages; an empty one asks what all wait for that are not active
         */
        public List<Standing> of(List<String> ids) throws IOException {
            OutputStream out = connection.out();
            for (String id : ids) {
                out.write(Trigger.STANDING);
                out.write(id.getBytes(StandardCharsets.ISO_8859_1));
                out.write(0);
            }
            out.flush();
            List<Standing> answers = new ArrayList<>(ids.size());
            while (answers.size() < ids.size()) {
                answers.add(read(connection.in()));
            }
            return answers;
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    /** Writes it; the caller flushes. */
    public void write(OutputStream out) throws IOException {
        new Attributes().put(WORDS, others).writeOpen(out);
        Map<String, List<Long>> same = new LinkedHashMap<>();
        recipients.forEach((offset, words) -> same.computeIfAbsent(words, _ -> new ArrayList<>()).add(offset));
        for (Map.Entry<String, List<Long>> group : same.entrySet()) {
            List<Long> offsets = group.getValue();
            for (int from = 0; from < offsets.size(); from += MOST_OFFSETS) {
                StringJoiner text = new StringJoiner(" ");
                offsets.subList(from, Math.min(offsets.size(), from + MOST_OFFSETS))
                        .forEach(offset -> text.add(Long.toString(offset)));
                new Attributes().put(WORDS, group.getKey()).put(OFFSETS, text.toString()).writeOpen(out);
            }
        }
        new Attributes().write(out);
    }

    /** Reads one. */
    public static Standing read(InputStream in) throws IOException {
        AttributeReader list = new AttributeReader(in);
        String others = "";
        String words = "";
        Map<Long, String> recipients = new HashMap<>();
        for (boolean first = true; list.next(); first = false) {
            switch (list.name()) {
                case WORDS -> {
                    words = list.value();
                    others = first ? words : others;
                }
                case OFFSETS -> offsets(list.value(), words, recipients);
                default -> {
                    // From a later version.
                }
            }
        }
        return new Standing(others, recipients);
    }

    private static void offsets(String text, String words, Map<Long, String> recipients) throws ProtocolException {
        for (String offset : text.split(" ", -1)) {
            try {
                recipients.put(Long.parseLong(offset), words);
            } catch (NumberFormatException _) {
                throw new ProtocolException("bad offset \"" + offset + "\" of a recipient");
            }
        }
        if (recipients.size() > MOST_RECIPIENTS) {
            throw new ProtocolException("more than " + MOST_RECIPIENTS + " recipients");
        }
    }
}
