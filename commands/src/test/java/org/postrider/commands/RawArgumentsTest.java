package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RawArgumentsTest {
    @Test
    void theBytesOfTheCommandLineCount() {
        assertThat(RawArguments.last(List.of("-e", "x=\u00e9", ""), "java\0-cp\0a\0Main\0-e\0x=\u00c3\u00a9\0\0"))
                .containsExactly("-e", "x=\u00c3\u00a9", "");
        assertThat(RawArguments.last(List.of("a", "b"), "")).containsExactly("a", "b");
        assertThat(RawArguments.of(new String[]{"-e", "x=y"})).containsExactly("-e", "x=y");
    }
}
