package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays generated dialogues to Debian's Postfix and to us: replies must be the same. {@code -Dseed=} and {@code -Dcases=} choose
 * others than those of every run. Skipped, with a word, where there is no Postfix or no root.
 */
@Tag("peers")
class GeneratedComparisonTest {
    private static final int CASES = Integer.getInteger("cases", 20_000);
    private static final long SEED = Long.getLong("seed", 20_261_121L);
    private static final int LENGTH = 50;
    private static final int SHOWN = 8;

    private final List<String> differences = new ArrayList<>();
    private int played;

    @Test
    void postfixAnswersTheSame(@TempDir Path directory) throws IOException {
        assumeTrue(DebianPostfix.isThere(), "no Postfix, or no root");
        try (ComparisonWorld world = ComparisonWorld.shared();
                DebianPostfix postfix = new DebianPostfix(directory, world.nameServer())) {
            for (int configuration = 0; configuration < ConversationGenerator.configurations(); configuration++) {
                ConversationGenerator generator = new ConversationGenerator(SEED + configuration);
                int enough = CASES * (configuration + 1) / ConversationGenerator.configurations();
                boolean first = true;
                while (played < enough && differences.size() < 200) {
                    ComparisonCase one = new ComparisonCase("generated", "configuration " + configuration,
                            ConversationGenerator.arrangement(configuration), generator.conversation(LENGTH), "");
                    TranscriptRunner.Played ours = world.play(one);
                    if (first) {
                        Map<String, String> settings = new TreeMap<>(ours.settings());
                        settings.put("max_use", "1000000");
                        postfix.settle(settings);
                        first = false;
                    }
                    compare(one.name(), ours.exchanges(), postfix.converse(ours.client(), ours.exchanges()));
                }
            }
        }
        System.err.println("played " + played + " cases, " + differences.size() + " conversations differ");
        assertThat(differences.stream().limit(SHOWN)).isEmpty();
        assertThat(played).isGreaterThanOrEqualTo(CASES);
    }

    private void compare(String name, List<DebianPostfix.Exchange> exchanges, List<String> theirs) {
        List<String> ours = new ArrayList<>();
        for (DebianPostfix.Exchange exchange : exchanges) {
            if (!exchange.sent().isEmpty()) {
                ours.add("C: " + exchange.sent());
            }
            exchange.replies().stream().filter(line -> !line.startsWith("250-XCLIENT "))
                    .forEach(line -> ours.add("S: " + line));
        }
        List<String> other = theirs.stream().filter(line -> !line.startsWith("S: 250-XCLIENT ")).toList();
        int at = 0;
        while (at < Math.min(ours.size(), other.size()) && same(ours.get(at), other.get(at))) {
            at++;
        }
        played += (int) ours.subList(0, at).stream().filter(line -> line.contains(ConversationGenerator.MARK)).count();
        if (at < ours.size() || at < other.size()) {
            int from = at;
            while (from > 0 && !ours.get(from - 1).contains(ConversationGenerator.MARK)) {
                from--;
            }
            differences.add(name + "\n" + shown(ours.subList(from, at)) + "ours:   "
                    + shown(ours.subList(at, Math.min(at + 1, ours.size())))
                    + "theirs: " + shown(other.subList(Math.min(at, other.size()), Math.min(at + 1, other.size()))));
        }
    }

    private static boolean same(String ours, String theirs) {
        return ours.replaceAll("queued as \\w+", "queued").equals(theirs.replaceAll("queued as \\w+", "queued"));
    }

    private static String shown(List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(TranscriptRunner.printable(line)).append('\n'));
        return text.isEmpty() ? "(nothing)\n" : text.toString();
    }
}
