package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.dns.DnsAnswer;
import org.postrider.common.dns.RecordType;
import org.postrider.common.dns.Resolver;
import org.postrider.common.dns.ResolverSettings;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.testing.FakeDnsServer;
import org.postrider.common.wire.StreamWindow;
import org.slf4j.LoggerFactory;

/** debug_peer_list and smtpd_dns_reply_filter. */
class WatchedSessionsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.smtpd");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void listen() {
        logged.addFilter(new OwnThread());
        logged.start();
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
    }

    private List<String> session(String peers) {
        logged.list.clear();
        FakeWorld world = new FakeWorld().set("smtpd_sasl_auth_enable", "yes").set("debug_peer_list", peers)
                .set("smtpd_forbid_unauth_pipelining", "no");
        new SmtpSession(world.site(), FakeWorld.client("192.0.2.1", "client.example"),
                new StreamWindow(new ByteArrayInputStream(
                        "HELO there\r\nAUTH PLAIN AHVzZXIAc2VjcmV0\r\nQUIT\r\n".getBytes(StandardCharsets.ISO_8859_1))),
                new ByteArrayOutputStream()).run();
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.startsWith("<") || line.startsWith(">")).toList();
    }

    @Test
    void whatIsSaidIsInTheLogWithoutPasswords() {
        String peer = " client.example[192.0.2.1]: ";
        assertThat(session("192.0.2.0/24")).contains(">" + peer + "220 mail.example.com ESMTP Postrider",
                "<" + peer + "HELO there", ">" + peer + "250 mail.example.com", "<" + peer + "AUTH PLAIN ...",
                "<" + peer + "QUIT").noneMatch(line -> line.contains("AHVz"));
        assertThat(session("client.example")).isNotEmpty();
        assertThat(session("other.example")).isEmpty();
    }

    @Test
    void restrictionsSeeAnswersWithoutWhatIsFiltered() throws IOException {
        try (FakeDnsServer names = FakeDnsServer.start("a.example MX 10 mx.a.example\nb.example MX 10 mx.b.example\n");
                DaemonHarness harness = new DaemonHarness(directory)) {
            ResolverSettings server = ResolverSettings.at(names.address());
            ServiceContext without = harness.context("smtpd", "smtp", "inet");
            Resolver plain = Smtpd.resolver(without.parameters(), server);
            harness.set("smtpd_dns_reply_filter", "regexp:{{/ MX 10 mx\\.a\\.example\\.$$/ IGNORE}}");
            Resolver filtered = Smtpd.filtered(harness.context("smtpd", "smtp", "inet"), server, plain);

            assertThat(Smtpd.filtered(without, server, plain)).isSameAs(plain);
            assertThat(plain.lookup("a.example", RecordType.MX)).isInstanceOf(DnsAnswer.Answers.class);
            assertThat(filtered.lookup("a.example", RecordType.MX)).isEqualTo(new DnsAnswer.TryAgain(
                    "Error looking up name=a.example type=MX: DNS reply filter drops all results"));
            assertThat(filtered.lookup("b.example", RecordType.MX)).isInstanceOf(DnsAnswer.Answers.class);
        }
    }
}
