package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainCfTest {
    private static MainCf parse(String content) {
        return MainCf.parse(content, "main.cf");
    }

    @Test
    void linesContinueAcrossCommentsAndEmptyLines() {
        MainCf file = parse("a = 1\n# no\n\n  2\n #no\n\t3  \nb=\nc == d # kept\r\n");

        assertThat(file.settings()).containsEntry("a", "1  2\t3").containsEntry("b", "").containsEntry("c",
                "= d # kept");
        assertThat(file.entries()).extracting(MainCf.Entry::line).containsExactly(1, 7, 8);
        assertThat(file.warnings()).isEmpty();
    }

    @Test
    void theLastEntryCountsAndAWarningSaysSo() {
        MainCf file = parse("x = 1\n\nx = 2\n 3\nx=4\n");

        assertThat(file.settings()).containsEntry("x", "4");
        assertThat(file.warnings())
                .containsExactly(
                        "main.cf, line 3: overriding earlier entry: x=1",
                        "main.cf, line 5: overriding earlier entry: x=2 3");
    }

    @Test
    void aFirstLineMustNotBeAContinuation() {
        MainCf file = parse("\tfoo\nx = 1\n");

        assertThat(file.settings()).containsOnlyKeys("x");
        assertThat(file.warnings()).containsExactly("main.cf: logical line must not start with whitespace: \"?foo\"");
    }

    @Test
    void malformedLinesAreNamed(@TempDir Path directory) {
        assertThatThrownBy(() -> parse("a=b\nfoo bar\n  c\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("main.cf, line 2: missing '=' after attribute name: \"foo bar  c\"");
        assertThatThrownBy(() -> parse("= bar"))
                .hasMessage("main.cf, line 1: missing attribute name: \"= bar\"");
        Path missing = directory.resolve("main.cf");
        assertThatThrownBy(() -> MainCf.read(missing)).hasMessage("open " + missing + ": No such file or directory");
    }
}
