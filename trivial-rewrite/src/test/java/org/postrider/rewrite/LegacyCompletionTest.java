package org.postrider.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.testing.DaemonHarness;
import org.slf4j.LoggerFactory;

/** The lines were seen from Postfix 3.7.11 with the same settings. */
class LegacyCompletionTest {
    @TempDir
    Path queueDirectory;

    private List<String> logged(String level, String destination) throws IOException {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(LegacyCompletion.class);
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try (DaemonHarness harness = new DaemonHarness(queueDirectory)) {
            harness.set("compatibility_level", level).set("mydestination", destination)
                    .set("mydomain", "example.com").set("relay_domains", "");
            harness.start(new TrivialRewrite(), "rewrite", "private/rewrite");
            RewriteClient client = new RewriteClient(harness.client("private/rewrite"));
            for (String address : List.of("joe@foo", "joe@localhost", "joe@full.example", "joe")) {
                client.rewrite(new RewriteRequest("local", address));
            }
            client.rewrite(new RewriteRequest("remote", "joe@foo"));
        } finally {
            logger.detachAppender(lines);
        }
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void theOldDefaultSaysWhatItCompletes() throws IOException {
        String start = "using backwards-compatible default setting append_dot_mydomain=yes to rewrite ";
        assertThat(logged("0", "mail.example.com")).containsExactly(start + "\"foo\" to \"foo.example.com\"", start
                + "\"localhost\" to \"localhost.example.com\"; please add \"localhost\" to mydestination or other address class");
        assertThat(logged("0", "mail.example.com localhost")).containsExactly(start
                + "\"foo\" to \"foo.example.com\"");
        assertThat(logged("1", "mail.example.com")).isEmpty();
    }
}
