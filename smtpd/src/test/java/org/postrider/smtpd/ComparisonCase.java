package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A dialogue that is played to Debian's Postfix and to us, from the files {@code comparison/TOPIC.cases}.
 *
 * <p>A line {@code = name} begins a case. {@code set name = value} and {@code client address name} arrange it; {@code first line}
 * is what the client says at the beginning; {@code quirk words} names the entry of docs/quirks.md that says why the two differ in
 * what follows, up to {@code quirk} alone.
 * What stands before the first case holds for all. The other lines are what the client says, in the notation of
 * {@link TranscriptRunner}; QUIT is added unless the last is {@code (hang up)}. A line {@code * line | line} is a case of its own,
 * with what the case around it arranges; after it the lines of the next one.
 *
 * @param arrangement as {@link TranscriptRunner} reads it
 * @param quirk empty where both say the same
 */
record ComparisonCase(String topic, String name, List<String> arrangement, List<String> dialogue, String quirk) {
    private static final Path DIRECTORY = Path.of("src/test/resources/comparison");

    ComparisonCase {
        arrangement = List.copyOf(arrangement);
        dialogue = List.copyOf(dialogue);
    }

    /** The topics, in the order of their names. */
    static List<String> topics() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".cases"))
                    .map(name -> name.substring(0, name.length() - ".cases".length())).sorted().toList();
        }
    }

    /** What Postfix said to the cases of a topic. */
    static Path recording(String topic) {
        return DIRECTORY.resolve(topic + ".postfix");
    }

    static List<ComparisonCase> of(String topic) throws IOException {
        Reader reader = new Reader(topic);
        Files.readAllLines(DIRECTORY.resolve(topic + ".cases"), StandardCharsets.ISO_8859_1).forEach(reader::line);
        reader.finish();
        return reader.cases;
    }

    /** As {@link TranscriptRunner} reads it. */
    String input() {
        return String.join("\n", arrangement) + "\n--\n" + String.join("\n", dialogue) + "\n";
    }

    /** What is arranged up to some line. */
    private record Frame(List<String> arrangement, List<String> first, String quirk) {
        Frame copy() {
            return new Frame(new ArrayList<>(arrangement), new ArrayList<>(first), quirk);
        }
    }

    private static final class Reader {
        private final String topic;
        private final List<ComparisonCase> cases = new ArrayList<>();
        private Frame common = new Frame(new ArrayList<>(), new ArrayList<>(), "");
        private Frame frame = common;
        private String name = "";
        private List<String> lines = new ArrayList<>();

        Reader(String topic) {
            this.topic = topic;
        }

        void line(String line) {
            if (line.startsWith("= ")) {
                finish();
                frame = common.copy();
                name = line.substring(2);
            } else if (line.startsWith("* ")) {
                add(name + ": " + line.substring(2), row(line.substring(1)));
            } else if (line.startsWith("first ")) {
                frame.first.add(line.substring("first ".length()));
            } else if (line.startsWith("quirk ")) {
                frame = new Frame(frame.arrangement, frame.first, line.substring("quirk ".length()));
            } else if (line.equals("quirk")) {
                frame = new Frame(frame.arrangement, frame.first, "");
            } else if (line.startsWith("set ") || line.startsWith("client ")) {
                frame.arrangement.add(line);
            } else if (!line.startsWith("#") && !(line.isEmpty() && lines.isEmpty())) {
                lines.add(line);
            }
            if (name.isEmpty()) {
                common = frame;
            }
        }

        /** The lines of a row; each has one blank before it. */
        private static List<String> row(String text) {
            return Stream.of(text.split(" \\|(?= |$)", -1)).map(line -> line.isEmpty() ? line : line.substring(1))
                    .toList();
        }

        /** The case that has come to its end; blank lines after it belong to nobody. */
        void finish() {
            while (!lines.isEmpty() && lines.getLast().isEmpty()) {
                lines.removeLast();
            }
            if (!lines.isEmpty()) {
                add(name, lines);
            }
            lines = new ArrayList<>();
        }

        private void add(String title, List<String> said) {
            List<String> dialogue = new ArrayList<>(frame.first);
            dialogue.addAll(said);
            if (dialogue.getLast().equals("(hang up)")) {
                dialogue.removeLast();
            } else {
                dialogue.add("QUIT");
            }
            cases.add(new ComparisonCase(topic, title, frame.arrangement, dialogue, frame.quirk));
        }
    }
}
