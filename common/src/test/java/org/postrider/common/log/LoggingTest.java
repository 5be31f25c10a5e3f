package org.postrider.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines that log readers match. */
class LoggingTest {
    private static final String STAMP = "[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d ";

    private static String logged(java.util.function.Consumer<Logger> work) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Logging _ = Logging.start(new LogContext("postfix/smtpd", 42), new FileDestination(out, "mail"), false)) {
            work.accept(LoggerFactory.getLogger("org.postrider.test"));
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void infoHasNoWord() {
        assertThat(logged(log -> log.info("connect from {}", "localhost[127.0.0.1]")))
                .matches(STAMP + "mail postfix/smtpd\\[42\\]: connect from localhost\\[127\\.0\\.0\\.1\\]\n");
    }

    @Test
    void severitiesHavePostfixsWords() {
        assertThat(logged(log -> {
            log.warn("a");
            log.error("b");
            log.error(Log.FATAL, "c");
            log.error(Log.PANIC, "d");
            log.debug("hidden");
        })).containsPattern(": warning: a\n").containsPattern(": error: b\n").containsPattern(": fatal: c\n")
                .containsPattern(": panic: d\n").doesNotContain("hidden");
    }

    @Test
    void aConversationHasItsOwnTagAndNumber() {
        assertThat(logged(log -> new LogContext("postfix/submission/smtpd", 7).run(() -> log.info("x"))))
                .endsWith("postfix/submission/smtpd[7]: x\n");
    }

    @Test
    void nothingBreaksOutOfALine() {
        assertThat(logged(log -> log.info("a\nb\0c\u007f"))).endsWith(": a?b?c?\n");
    }
}
