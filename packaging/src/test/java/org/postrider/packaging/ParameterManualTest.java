package org.postrider.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.ParameterReference;

class ParameterManualTest {
    @TempDir
    Path directory;

    @Test
    void everyParameterHasItsPlace() {
        String page = ParameterManual.write("1.2");

        assertThat(page).startsWith(".TH POSTCONF 5 \"\" \"Postrider 1.2\"\n");
        ParameterReference.entries().forEach(entry -> assertThat(page)
                .contains("\\fB" + entry.name().replaceAll("[<>]", "") + "\\fR ("));
        assertThat(page).contains("""
                .TP
                \\fBhopcount_limit\\fR (default: 50)
                Most Received headers a message may have; more are taken for a loop.
                .br
                Number, at least 1. Used by cleanup, qmqpd, sendmail.
                """,
                """
                        .TP
                        \\fBmaximal_queue_lifetime\\fR (default: 5d)
                        Age at which undelivered mail is sent back.
                        .br
                        Time, without a letter in days, at least 0 seconds, at most 8640000 seconds. Used by bounce, oqmgr, qmgr.
                        """,
                "Going away: use virtual_alias_maps.", "(the host decides)");
    }

    @Test
    void theFormatterHasNothingToWarnOf() throws IOException, InterruptedException {
        Path formatter = Path.of("/usr/bin/groff");
        if (!Files.isExecutable(formatter)) {
            System.err.println("SKIPPED: the manual page was not formatted: needs groff (apt-get install groff)");
        }
        Assumptions.assumeTrue(Files.isExecutable(formatter), "groff is not installed");
        Path page = Files.writeString(directory.resolve("postconf.5"), ParameterManual.write("1.2"),
                StandardCharsets.ISO_8859_1);
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(formatter.toString(), "-man", "-Tascii", "-ww", "-Wbreak", page.toString())
                .redirectError(errors.toFile()).redirectOutput(directory.resolve("text").toFile()).start();

        assertThat(process.waitFor()).isZero();
        assertThat(errors).isEmptyFile();
        assertThat(directory.resolve("text")).content(StandardCharsets.ISO_8859_1).contains("smtpd_helo_required");
    }
}
