package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * A fuzzer that is guided by coverage (Jazzer), in two processes at once: {@code -Dfuzz.seconds=} says how long, {@code -Dfuzz.seed=} where
 * it begins (0: by chance), {@code -Dfuzz.target=} names one {@link FuzzTarget}. What it finds is in {@code target/fuzz}.
 */
class FuzzerTest {
    private static final int PROCESSES = 2;
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 60);
    private static final int SEED = Integer.getInteger("fuzz.seed", 20261122);
    private static final String TARGET = System.getProperty("fuzz.target", "");
    /** Until the first input is tried, and from the last one until the process has ended. */
    private static final int SECONDS_AROUND = 120;
    private static final int SHOWN = 5000;
    private static final Pattern TRIED = Pattern.compile("stat::number_of_executed_units:\\s+(\\d+)");
    private static final Path FOLDER = Path.of("target/fuzz").toAbsolutePath();

    /** @param folder of what it knows and finds */
    private record Fuzzer(Process process, Path folder) {
        private static Fuzzer start(int number) throws IOException {
            Path folder = Files.createDirectories(FOLDER.resolve(TARGET + number));
            String corpus = Files.createDirectories(folder.resolve("corpus")).toString();
            List<String> line = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "-XX:+EnableDynamicAgentLoading", "-Xmx512m",
                    "-Dfuzz.target=" + TARGET, "-Dfuzz.corpus=" + corpus, "-cp", System.getProperty("java.class.path"),
                    "com.code_intelligence.jazzer.Jazzer", "--target_class=" + FuzzEntry.class.getName(),
                    "--instrumentation_includes=org.postrider.**", "--custom_hook_includes=org.postrider.**",
                    "--reproducer_path=" + folder, "-artifact_prefix=" + folder + "/", "-timeout=60",
                    "-seed=" + (SEED == 0 ? 0 : SEED + number), "-print_final_stats=1", "-max_total_time=" + SECONDS,
                    corpus);
            return new Fuzzer(new ProcessBuilder(line).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("out").toFile()).start(), folder);
        }

        private String said() throws IOException {
            String all = Files.readString(folder.resolve("out"), StandardCharsets.ISO_8859_1);
            return all.substring(Math.max(0, all.length() - SHOWN));
        }
    }

    /** Once, not with the JDK's TLS again. */
    @Test
    @DisabledIfSystemProperty(named = "io.netty.handler.ssl.noOpenSsl", matches = "true")
    void nothingIsFound() throws IOException, InterruptedException {
        List<Fuzzer> fuzzers = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                fuzzers.add(Fuzzer.start(i));
            }
            for (Fuzzer fuzzer : fuzzers) {
                assertThat(fuzzer.process.waitFor(SECONDS + SECONDS_AROUND, TimeUnit.SECONDS)).as("it ends").isTrue();
                assertThat(fuzzer.process.exitValue()).as(fuzzer.said()).isZero();
                Matcher tried = TRIED.matcher(fuzzer.said());
                assertThat(tried.find()).as(fuzzer.said()).isTrue();
                assertThat(Long.parseLong(tried.group(1))).as("inputs").isPositive();
            }
        } finally {
            fuzzers.forEach(fuzzer -> fuzzer.process.destroyForcibly());
        }
    }
}
