package org.postrider.smtpd;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.wire.StreamWindow;

/**
 * Runs a session from a transcript and writes down what happens: {@code C:} what the client sends, {@code S:} what the server says,
 * {@code L:} what is logged, {@code Q:} what cleanup got in the end.
 *
 * <p>Input: {@code set name = value}, {@code client address name}, {@code free bytes}, {@code cleanup bits reason},
 * {@code cleanup down}, then a line {@code --}, then what the client sends. Every line is sent with CRLF when the server waits for
 * it; {@code \c} at its end leaves CRLF off and sends the next line along with it. {@code \r \n \t \0 \\ \xHH} are bytes,
 * {@code {N*text}} repeats a text. A line {@code ...} in the output stands for what was cut. {@code compare} says that Postfix,
 * asked the same, answers and logs the same.
 */
final class TranscriptRunner {
    private static final int LONGEST = 300;
    private static final int LONGEST_LOGGED = 2000;

    private final FakeWorld world;
    private final List<String> happened = new ArrayList<>();
    private final List<DebianPostfix.Exchange> exchanges = new ArrayList<>();
    private List<String> replies = new ArrayList<>();
    private boolean comparable;
    private Client client = FakeWorld.client("192.0.2.1", "client.example");

    private TranscriptRunner(FakeWorld world) {
        this.world = world;
    }

    /** Runs the input and returns what happened. */
    static String run(String input) throws IOException {
        return new TranscriptRunner(new FakeWorld()).play(input);
    }

    /**
     * What a session came to.
     *
     * @param comparable Postfix is expected to answer and log the same
     */
    record Played(String text, boolean comparable, Map<String, String> settings, Client client,
            List<DebianPostfix.Exchange> exchanges) {}

    /** Runs the input and returns everything that is known of the session. */
    static Played played(String input) throws IOException {
        return played(input, new FakeWorld());
    }

    /** The same in this world. */
    static Played played(String input, FakeWorld world) throws IOException {
        TranscriptRunner runner = new TranscriptRunner(world);
        String text = runner.play(input);
        return new Played(text, runner.comparable, runner.world.settings(), runner.client, runner.exchanges);
    }

    private String play(String input) throws IOException {
        ArrayDeque<String> lines = new ArrayDeque<>(List.of(input.split("\n", -1)));
        if (lines.peekLast() != null && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        for (String line = lines.removeFirst(); !line.equals("--"); line = lines.removeFirst()) {
            arrange(line);
        }
        LoggerContext context = (LoggerContext) org.slf4j.LoggerFactory.getILoggerFactory();
        Logger logger = context.getLogger("org.postrider.smtpd");
        Recorder recorder = new Recorder();
        recorder.setContext(context);
        recorder.addFilter(new OwnThread());
        recorder.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(recorder);
        Logger lists = context.getLogger("org.postrider.common.lookup");
        Recorder ofLists = new Recorder();
        ofLists.setContext(context);
        ofLists.addFilter(new OwnThread());
        ofLists.addFilter(new FailedLists());
        ofLists.start();
        lists.setLevel(Level.WARN);
        lists.addAppender(ofLists);
        try {
            nextExchange("");
            Output out = new Output();
            new SmtpSession(world.site(), client, new StreamWindow(new Input(lines)), out).run();
        } finally {
            logger.detachAppender(recorder);
            lists.detachAppender(ofLists);
            lists.setLevel(null);
        }
        world.cleanup().accepted().forEach(record -> note("Q: " + printable(record)));
        world.policyRequests().forEach(request -> request.lines().forEach(line -> note("P: " + printable(line))));
        world.rests().forEach(rest -> note("rest " + rest));
        return String.join("\n", happened) + "\n";
    }

    private void arrange(String line) {
        String[] words = line.split(" ", 4);
        switch (words[0]) {
            case "set" -> world.set(words[1], words.length > 3 ? words[3] : "");
            case "client" -> client = FakeWorld.client(words[1], words[2]);
            case "compare" -> comparable = true;
            case "free" -> world.free(Long.parseLong(words[1]));
            case "cleanup" -> {
                switch (words[1]) {
                    case "down" -> world.cleanup().down();
                    case "interrupt" -> world.cleanup().interruptAfter(Integer.parseInt(words[2]));
                    default -> world.cleanup().verdict(Integer.parseInt(words[1]),
                            line.split(" ", 3).length > 2 ? line.split(" ", 3)[2] : "");
                }
            }
            default -> {
                if (!line.startsWith("#") && !line.isEmpty()) {
                    throw new IllegalArgumentException(line);
                }
            }
        }
    }

    /** The client speaks; what the server says from now on answers it. */
    private void nextExchange(String sent) {
        replies = new ArrayList<>();
        exchanges.add(new DebianPostfix.Exchange(sent, replies));
    }

    private void note(String line) {
        happened.add(shortened(line, LONGEST));
    }

    private static String shortened(String line, int longest) {
        return line.length() > longest ? line.substring(0, longest) + "..." : line;
    }

    static String printable(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }

    /** The bytes that a line of the notation stands for, without a line end. */
    static String bytes(String line) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                char next = line.charAt(++i);
                switch (next) {
                    case 'r' -> out.append('\r');
                    case 'n' -> out.append('\n');
                    case 't' -> out.append('\t');
                    case '0' -> out.append('\0');
                    case 'x' -> {
                        out.append((char) Integer.parseInt(line, i + 1, i + 3, 16));
                        i += 2;
                    }
                    default -> out.append(next);
                }
            } else if (c == '{' && line.indexOf('*', i) > i && line.indexOf('}', i) > i
                    && Character.isDigit(line.charAt(i + 1))) {
                int star = line.indexOf('*', i);
                int end = line.indexOf('}', i);
                out.append(bytes(line.substring(star + 1, end)).repeat(Integer.parseInt(line, i + 1, star, 10)));
                i = end;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Gives one line when it is asked, as a client that waits for replies. */
    private final class Input extends PieceInput {
        private final ArrayDeque<String> lines;

        Input(ArrayDeque<String> lines) {
            this.lines = lines;
        }

        @Override
        protected Optional<byte[]> next() {
            StringBuilder group = new StringBuilder();
            while (!lines.isEmpty()) {
                String line = lines.removeFirst();
                boolean along = line.endsWith("\\c");
                group.append(bytes(along ? line.substring(0, line.length() - 2) : line)).append(along ? "" : "\r\n");
                if (!along) {
                    break;
                }
            }
            if (group.isEmpty()) {
                return Optional.empty();
            }
            note("C: " + printable(group.toString()));
            nextExchange(group.toString());
            return Optional.of(group.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Notes what the server says, line by line, when it says so. */
    private final class Output extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                String plain = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text + "<LF>";
                note("S: " + printable(plain));
                replies.add(plain);
                line.reset();
            } else {
                line.write(b);
            }
        }
    }

    private final class Recorder extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            String level = event.getLevel().equals(Level.WARN)
                    ? "warning: "
                    : event.getLevel().equals(Level.ERROR) ? "error: " : "";
            // As it gets into the log.
            String message = event.getFormattedMessage().replaceAll("[\\x00-\\x1f\\x7f]", "?");
            happened.add(shortened("L: " + level + printable(message), LONGEST_LOGGED));
        }
    }
}
