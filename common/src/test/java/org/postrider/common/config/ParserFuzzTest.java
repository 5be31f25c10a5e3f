package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Whatever stands in a file, the parsers end soon and fail with nothing but a configuration error. */
class ParserFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final String[] PIECES = {
            "$", "${", "$(", "{", "}", "(", ")", "?", ":", "==", "!=", "<", "<=level", ">=", "=", " ", "\t", "\n",
            "\n ", "#", ",",
            "a", "b", "smtp", "inet", "unix", "unix-dgram", "-", "-o", "-o{", "n", "y", "60?", "0",
            "99999999999999999999", "3.6",
            "\0", "\r", "\u00ff", "compatibility_level", "s", "m", "w", "-1", "+", "\"", "'", "\\", "domain_to_ascii",
            "yes"
    };

    private static String garbage(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(40);
        for (int piece = 0; piece < count; piece++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private interface Attempt {
        void run(String text, RandomGenerator random);
    }

    /** Runs the attempt on seeded garbage; returns how often it was refused. */
    private static int attempt(long seed, Attempt attempt) {
        Random random = new Random(seed);
        int[] refused = {0};
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < ROUNDS; round++) {
                String text = garbage(random);
                try {
                    attempt.run(text, random);
                } catch (ConfigurationException e) {
                    assertThat(e.getMessage()).isNotBlank();
                    refused[0]++;
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + ", round " + round + ": <" + text + ">", e);
                }
            }
        });
        return refused[0];
    }

    @Test
    void expansionsEnd() {
        int refused = attempt(1, (text, random) -> Parameters.of(
                Map.of("a", text, "b", garbage(random), "s", "$a", "m", "${b?{$s}:$a}", "compatibility_level", "3.6"))
                .expand(text));
        assertThat(refused).isBetween(1, ROUNDS - 1);
    }

    @Test
    void mainCfParses() {
        int refused = attempt(2, (text, _) -> MainCf.parse(text, "main.cf").settings());
        assertThat(refused).isBetween(1, ROUNDS - 1);
    }

    @Test
    void masterCfParses() {
        Parameters parameters = Parameters.of(Map.of());
        int refused = attempt(3, (text, random) -> MasterCf.parse(
                random.nextBoolean() ? text : "x unix - - - - - " + text + "\nsmtp inet n - n " + garbage(random), "m",
                parameters));
        assertThat(refused).isBetween(1, ROUNDS - 1);
        attempt(4, (text, random) -> ServiceText.parse(random.nextBoolean() ? text : "x unix - - - - - smtp " + text,
                "m: "));
    }

    @Test
    void gettersReadOrRefuse() {
        List<String> names = new ArrayList<>(List.of(
                "message_size_limit", "smtpd_timeout", "biff", "hopcount_limit", "queue_directory", "mydestination",
                "x_time_limit"));
        int refused = attempt(5, (text, random) -> {
            Map<String, String> settings = new HashMap<>();
            names.forEach(name -> settings.put(name, text));
            Parameters parameters = Parameters.of(settings);
            switch (random.nextInt(6)) {
                case 0 -> parameters.longNumber("message_size_limit");
                case 1 -> parameters.time("smtpd_timeout");
                case 2 -> parameters.bool("biff");
                case 3 -> parameters.number("hopcount_limit");
                case 4 -> parameters.string("queue_directory");
                default -> parameters.list("mydestination");
            }
        });
        assertThat(refused).isBetween(1, ROUNDS - 1);
    }

    @Test
    void whatIsRefusedIsSaidWithFileAndLine() {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = garbage(random);
            try {
                MainCf.parse(text, "dir/main.cf");
            } catch (ConfigurationException e) {
                assertThat(e.getMessage()).matches("(?s)dir/main\\.cf, line [1-9][0-9]*: .+");
                refused++;
            }
            try {
                MasterCf.parse(text, "dir/master.cf", Parameters.of(Map.of("compatibility_level", "3.6")));
            } catch (ConfigurationException e) {
                assertThat(e.getMessage()).matches("(?s)dir/master\\.cf: line [1-9][0-9]*: .+");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 2);
    }

    @Test
    void longLinesAreReadAsTheyAre() {
        String word = "x".repeat(1_000_000);
        assertThat(MainCf.parse("a = " + word + "\n", "main.cf").settings()).containsEntry("a", word);
        assertThat(MainCf.parse("a = b\n" + " c\n".repeat(300_000), "main.cf").settings().get("a")).hasSize(600_001);
        Parameters parameters = Parameters.of(Map.of("compatibility_level", "3.6", "a", word));
        assertThat(parameters.expand("$a")).hasSize(word.length());
        assertThat(WordList.split("{".repeat(1_000_000))).hasSize(1);
        assertThat(
                MasterCf.parse("s unix - - n - - pipe " + "{".repeat(500_000) + "}".repeat(500_000) + "\n", "master.cf",
                        parameters).entries().getFirst().arguments())
                .hasSize(1);
        assertThat(MainCf.parse("a = b\0c\n\0\nd = \u00ff\n", "main.cf").settings())
                .isEqualTo(Map.of("a", "b", "d", "\u00ff"));
    }

    @Test
    void smallReadersNeverFail() {
        int refused = attempt(6, (text, _) -> {
            WordList.split(text);
            References.in(text);
            TimeValue.seconds(text, 's');
            CompatibilityLevel.parse(text);
        });
        assertThat(refused).isZero();
    }
}
