package org.postrider.smtpd;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.LoggerFactory;

/**
 * Where the fuzzer (Jazzer) of {@link FuzzerTest} begins; it finds the methods by their names. {@code -Dfuzz.target=} names one
 * {@link FuzzTarget}; without it the first byte of an input says which. {@code -Dfuzz.corpus=} is the folder that gets the seeds.
 */
public final class FuzzEntry {
    private static final FuzzTarget[] TARGETS = FuzzTarget.values();
    private static final String TARGET = System.getProperty("fuzz.target", "");

    private FuzzEntry() {}

    /** Writes the seeds. */
    public static void fuzzerInitialize() throws IOException {
        ((Logger) LoggerFactory.getLogger("org.postrider")).setLevel(Level.ERROR);
        Path corpus = Files.createDirectories(Path.of(System.getProperty("fuzz.corpus", "target/fuzz/corpus")));
        for (FuzzTarget target : TARGETS) {
            if (TARGET.isEmpty() || target.name().equals(TARGET)) {
                String first = TARGET.isEmpty() ? String.valueOf((char) target.ordinal()) : "";
                for (int i = 0; i < target.seeds().size(); i++) {
                    Files.writeString(corpus.resolve(target.name() + i), first + target.seeds().get(i),
                            StandardCharsets.ISO_8859_1);
                }
            }
        }
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (!TARGET.isEmpty()) {
            FuzzTarget.valueOf(TARGET).accept(input);
        } else if (input.length > 0) {
            TARGETS[(input[0] & 0xff) % TARGETS.length].accept(Arrays.copyOfRange(input, 1, input.length));
        }
    }
}
