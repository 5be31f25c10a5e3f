package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.testing.DaemonHarness;
import org.slf4j.LoggerFactory;

/** smtpd_tls_loglevel, and smtpd_tls_loglevel_maps for one client. */
class TlsLogLevelTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.smtpd");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void listen() {
        logged.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"0; ; 0", "1; ; 1", "2; ; 2", "0; inline:{{127.0.0.1=2}}; 2",
            "2; inline:{{127.0.0.1=0}}; 0", "0; inline:{{127=1}}; 1", "1; inline:{{192.0.2.1=0}}; 1"})
    void aClientIsLoggedAsTheTableSays(String usual, String maps, int level) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = StartTlsTest.set(harness).set("smtpd_tls_loglevel", usual)
                    .set("smtpd_tls_loglevel_maps", maps == null ? "" : maps).startInet(new Smtpd(), "smtp");
            try (TlsClient peer = new TlsClient(port)) {
                assertThat(peer.reply()).startsWith("220 ");
                assertThat(peer.say("STARTTLS")).startsWith("220 ");
                SSLSocket _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
                assertThat(peer.say("QUIT")).startsWith("221 ");
            }
        }
        List<String> lines = List.copyOf(logged.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(lines.stream().anyMatch(line -> line.startsWith("Anonymous TLS connection established from ")))
                .isEqualTo(level > 0);
        assertThat(lines.stream().anyMatch(line -> line.startsWith("setting up TLS connection from ")))
                .isEqualTo(level > 1);
    }
}
