package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postrider.common.smtp.Reply;
import org.postrider.common.wire.StreamWindow;
import org.slf4j.LoggerFactory;

/** Which tables are asked of a client that limits keep out, and when, as Postfix 3.7 does. None of them can answer. */
class TurnedAwayTest {
    private static final String CONNECT = "connect from turned.example[192.0.2.77]";
    private static final String XCLIENT = "smtpd_authorized_xclient_hosts: fail:turned-xclient: table lookup problem";
    private static final String XFORWARD = "smtpd_authorized_xforward_hosts: fail:turned-xforward: table lookup problem";

    /** What was logged when the limits were asked, and in all. */
    private record Told(List<String> before, List<String> all) {}

    private static Told session(Optional<Reply> refusal) {
        FakeWorld world = new FakeWorld().set("smtpd_authorized_xclient_hosts", "fail:turned-xclient")
                .set("smtpd_authorized_xforward_hosts", "fail:turned-xforward")
                .set("smtpd_discard_ehlo_keyword_address_maps", "fail:turned-keywords");
        try (Recorder log = new Recorder()) {
            List<String> before = new ArrayList<>();
            new SmtpSession(world.site(), FakeWorld.client("192.0.2.77", "turned.example"),
                    new StreamWindow(new ByteArrayInputStream("QUIT\r\n".getBytes(StandardCharsets.ISO_8859_1))),
                    new ByteArrayOutputStream()).run(_ -> {
                        before.addAll(log.lines);
                        return refusal;
                    });
            return new Told(before, log.lines);
        }
    }

    /** What the server and its tables log of this client, in one order. Other tests may log at the same time. */
    private static final class Recorder extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        private final List<Logger> loggers = Stream.of("org.postrider.smtpd", "org.postrider.common.lookup")
                .map(name -> (Logger) LoggerFactory.getLogger(name)).toList();
        private final List<String> lines = new ArrayList<>();

        Recorder() {
            start();
            loggers.forEach(logger -> {
                logger.setLevel(Level.INFO);
                logger.addAppender(this);
            });
        }

        @Override
        protected void append(ILoggingEvent event) {
            String line = event.getFormattedMessage();
            if (line.contains("turned")) {
                lines.add(line);
            }
        }

        @Override
        public void close() {
            loggers.forEach(logger -> logger.detachAppender(this));
        }
    }

    @Test
    void aClientThatIsTurnedAway() {
        Told told = session(Optional.of(Reply.of(421, "4.7.0", "Error: too many connections")));
        assertThat(told.before).containsExactly(CONNECT, XCLIENT, XFORWARD);
        assertThat(told.all).containsExactly(CONNECT, XCLIENT, XFORWARD,
                "disconnect from turned.example[192.0.2.77] commands=0/0");
    }

    @Test
    void aClientThatIsLetIn() {
        Told told = session(Optional.empty());
        assertThat(told.before).containsExactly(CONNECT, XCLIENT, XFORWARD);
        assertThat(told.all).startsWith(CONNECT, XCLIENT, XFORWARD,
                "fail:turned-keywords lookup error for \"192.0.2.77\"");
    }
}
