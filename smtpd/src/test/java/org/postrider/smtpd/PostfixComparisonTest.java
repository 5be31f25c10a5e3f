package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays the transcripts that say {@code compare} to Debian's Postfix with the same main.cf: replies and log lines must be the same
 * but for queue ids. Skipped, with a word, where there is no Postfix or no root.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostfixComparisonTest {
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");
    private static final Pattern COUNT = Pattern
            .compile(" xclient=0/(\\d+)(.*) commands=(\\d+)/(\\d+)");

    private DebianPostfix postfix;

    static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : SessionTranscriptsTest.names()) {
            if (Files.readString(TRANSCRIPTS.resolve(name + ".in"), StandardCharsets.ISO_8859_1)
                    .contains("\ncompare\n")) {
                names.add(name);
            }
        }
        return names;
    }

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        if (!DebianPostfix.isThere()) {
            System.err.println("NOT COMPARED WITH POSTFIX: this takes root and Debian's package postfix");
        }
        assumeTrue(DebianPostfix.isThere(), "no Postfix, or no root");
        postfix = new DebianPostfix(directory);
    }

    @AfterAll
    void stop() throws IOException {
        if (postfix != null) {
            postfix.close();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void postfixSaysTheSame(String name) throws IOException {
        String input = Files.readString(TRANSCRIPTS.resolve(name + ".in"), StandardCharsets.ISO_8859_1);
        TranscriptRunner.Played ours = TranscriptRunner.played(input);
        Map<String, String> settings = new HashMap<>(ours.settings());
        // Words of versions that Debian's Postfix does not know.
        settings.remove("compatibility_level", "3.11");
        assertThat(theirs(postfix.play(settings, ours.client(), ours.exchanges()))).isEqualTo(ours(ours));
    }

    static String ours(TranscriptRunner.Played played) {
        List<String> lines = new ArrayList<>();
        for (DebianPostfix.Exchange exchange : played.exchanges()) {
            if (!exchange.sent().isEmpty()) {
                lines.add("C: " + TranscriptRunner.printable(exchange.sent()));
            }
            exchange.replies().stream().filter(reply -> !reply.startsWith("250-XCLIENT "))
                    .forEach(reply -> lines.add("S: " + TranscriptRunner.printable(reply)));
        }
        // After XCLIENT Postfix does not log the new name again.
        played.text().lines().filter(line -> line.startsWith("L: ") && !line.startsWith("L: connect from "))
                .forEach(lines::add);
        return plain(lines);
    }

    static String theirs(List<String> lines) {
        List<String> ofSession = new ArrayList<>();
        for (String line : lines) {
            Matcher counted = COUNT.matcher(line);
            if (counted.find()) {
                int disguises = Integer.parseInt(counted.group(1)) - 1;
                int good = Integer.parseInt(counted.group(3));
                int total = Integer.parseInt(counted.group(4)) - 1;
                ofSession.add(line.substring(0, counted.start())
                        + (disguises > 0 ? " xclient=0/" + disguises : "") + counted.group(2) + " commands=" + good
                        + (good == total && total > 0 ? "" : "/" + total) + line.substring(counted.end()));
            } else if (!line.startsWith("L: connect from ")
                    && !line.startsWith("S: 250-XCLIENT ")) {
                ofSession.add(TranscriptRunner.printable(line));
            }
        }
        return plain(ofSession);
    }

    private static String plain(List<String> lines) {
        // Newer versions log the login beside what they refuse; after XCLIENT Postfix names that step where we say CONNECT.
        return String.join("\n", lines)
                .replaceAll("(?m)^(L: .*: reject: .* proto=\\S+(?: helo=<[^>]*>)?) sasl_method=\\S+ sasl_username=.*$",
                        "$1")
                .replace("protocol_state=XCLIENT", "protocol_state=CONNECT")
                .replaceAll("(?m)^(L: (?:NOQUEUE: reject:|lost connection after) )XCLIENT from", "$1CONNECT from")
                .replaceAll("(?m)^(L: (?:warning: )?)(?:Q\\d+|[0-9A-F]{6,}):", "$1ID:")
                .replaceAll("queued as [0-9A-Z]+", "queued as ID");
    }
}
