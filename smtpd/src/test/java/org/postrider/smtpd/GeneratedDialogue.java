package org.postrider.smtpd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A dialogue that nobody wrote, and what we said to it.
 *
 * @param configuration of {@link ConversationGenerator}
 * @param number within the configuration
 */
record GeneratedDialogue(int configuration, int number, TranscriptRunner.Played played) {
    /** The dialogues of one configuration. */
    static final class Source {
        private final int configuration;
        private final ConversationGenerator generator;
        private final ComparisonWorld world;
        private int number;

        Source(ComparisonWorld world, long seed, int configuration) {
            this.world = world;
            this.configuration = configuration;
            this.generator = new ConversationGenerator(seed + configuration);
        }

        /** Makes the next one and plays our part. */
        GeneratedDialogue next() throws IOException {
            ComparisonCase one = new ComparisonCase("generated", "", ConversationGenerator.arrangement(configuration),
                    generator.dialogue(), "");
            return new GeneratedDialogue(configuration, number++, world.play(one));
        }
    }

    String title() {
        return configuration + "/" + number;
    }

    /** What was said, commands and replies, without what EHLO offers. */
    private List<String> said() {
        List<String> lines = new ArrayList<>();
        for (DebianPostfix.Exchange exchange : played.exchanges()) {
            if (!exchange.sent().isEmpty()) {
                lines.add("C: " + exchange.sent());
            }
            exchange.replies().forEach(line -> lines.add("S: " + line));
        }
        return withoutOffers(lines);
    }

    private static List<String> withoutOffers(List<String> lines) {
        return lines.stream().filter(line -> !line.startsWith("S: 250-")).toList();
    }

    /** As it is recorded: in print, without queue ids and what EHLO offers. */
    static List<String> plain(List<String> lines) {
        return withoutOffers(lines).stream()
                .map(line -> TranscriptRunner.printable(line).replaceAll("queued as [0-9A-Z]+", "queued as ID"))
                .toList();
    }

    /**
     * The first place where the two part, unless docs/quirks.md names that.
     *
     * @param other what Postfix has said, as it is recorded
     */
    Optional<String> difference(List<String> other) {
        List<String> said = said();
        List<String> ours = plain(said);
        int at = 0;
        while (at < Math.min(ours.size(), other.size()) && ours.get(at).equals(other.get(at))) {
            at++;
        }
        if (at == ours.size() && at == other.size()) {
            return Optional.empty();
        }
        String we = at < ours.size() ? ours.get(at) : "(nothing)";
        String they = at < other.size() ? other.get(at) : "(nothing)";
        String sent = said.subList(0, at).stream().filter(line -> line.startsWith("C: ")).reduce("", (_, last) -> last);
        boolean named = NamedDifference.of(String.join("\n", ours.subList(0, at)), sent, we, they).isPresent();
        return named
                ? Optional.empty()
                : Optional.of(
                        title() + "\n" + String.join("\n", ours.subList(Math.max(0, at - 12), at)) + "\nours:   " + we
                                + "\ntheirs: " + they);
    }
}
