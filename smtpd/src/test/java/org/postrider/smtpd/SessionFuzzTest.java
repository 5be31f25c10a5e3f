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
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.common.wire.StreamWindow;
import org.slf4j.LoggerFactory;

/**
 * Sessions, and headers of the PROXY protocol, of which some bytes were spoiled: whatever comes, a session answers in replies and
 * ends, nothing in it is a defect, and no line end gets into the envelope of a message. Seeded; {@code -Dfuzz.sessions=} for a
 * longer run, {@code -Dseed=} for another.
 */
class SessionFuzzTest {
    private static final int SESSIONS = Integer.getInteger("fuzz.sessions", 600);
    private static final long SEED = Long.getLong("seed", 4711L);
    private static final Pattern REPLY = Pattern.compile("[2-5]\\d\\d[ -][\\x20-\\xff]*");
    private static final Pattern ENVELOPE = Pattern.compile("[SRAV] [^\\r\\n\\x00]*");
    private static final List<String> SECRETS = List.of("AUTH PLAIN AGpvZQBzZWNyZXQ=", "AUTH PLAIN", "AUTH PLAIN =",
            "*", "AGpvZQBsYXRlcg==", "AUTH ANONYMOUS", "AUTH", "AUTH PLAIN %",
            "XCLIENT NAME=x.example ADDR=198.51.100.7", "XCLIENT ADDR=IPV6:2001:db8::1 PORT=1 LOGIN=joe",
            "XCLIENT PROTO=ESMTP HELO=a+20b", "XFORWARD NAME=a ADDR=1.2.3.4 IDENT=q SOURCE=LOCAL", "XCLIENT x");
    private static final List<String> PROXY = List.of("PROXY TCP4 192.0.2.1 192.0.2.25 4711 25\r\n",
            "PROXY TCP6 2001:db8::1 2001:db8::2 4711 25\r\n", "PROXY UNKNOWN\r\n",
            "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000c\u00c0\0\u0002\u0001\u00c0\0\u0002\u0019\u0012\u0067\0\u0019");

    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.smtpd");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.setAdditive(false);
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
    }

    @Test
    void sessionsEndInOrderWhateverComes() throws IOException {
        for (int i = 0; i < SESSIONS; i++) {
            RandomGenerator random = random(SEED + i);
            String spoiled = spoiled(dialogue(SEED + i, random), random);
            FakeWorld world = new FakeWorld().set("smtpd_sasl_auth_enable", "yes")
                    .set("smtpd_authorized_xclient_hosts", "192.0.2.0/24")
                    .set("smtpd_authorized_xforward_hosts", "192.0.2.0/24").set("smtpd_error_sleep_time", "0")
                    .set("smtpd_hard_error_limit", "100000").set("smtpd_forbid_unauth_pipelining", "no")
                    .set("strict_rfc821_envelopes", i % 3 == 0 ? "yes" : "no");
            String said = say(world, spoiled);
            assertThat(said.lines()).as("seed %d", SEED + i).allMatch(line -> REPLY.matcher(line).matches());
            assertThat(world.cleanup().accepted().stream().filter(record -> "SRAV".indexOf(record.charAt(0)) >= 0))
                    .as("seed %d", SEED + i).allMatch(record -> ENVELOPE.matcher(record).matches());
            assertThat(logged.list).as("seed %d", SEED + i).noneMatch(event -> event.getLevel() == Level.ERROR);
            logged.list.clear();
        }
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
    }

    private static String say(FakeWorld world, String input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SmtpSession(world.site(), FakeWorld.client("192.0.2.1", "client.example"),
                new StreamWindow(new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1))), out).run();
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String dialogue(long seed, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (String line : new ConversationGenerator(seed).conversation(12)) {
            boolean along = line.endsWith("\\c");
            text.append(TranscriptRunner.bytes(along ? line.substring(0, line.length() - 2) : line))
                    .append(along ? "" : "\r\n");
            if (random.nextInt(8) == 0) {
                text.append(SECRETS.get(random.nextInt(SECRETS.size()))).append("\r\n");
            }
        }
        return text.toString();
    }

    /** Some bytes become others, some parts go or come twice. */
    private static String spoiled(String text, RandomGenerator random) {
        StringBuilder spoiled = new StringBuilder(text);
        for (int n = random.nextInt(12); n > 0 && spoiled.length() > 2; n--) {
            int at = random.nextInt(spoiled.length());
            int end = Math.min(spoiled.length(), at + random.nextInt(20));
            switch (random.nextInt(4)) {
                case 0 -> spoiled.delete(at, end);
                case 1 -> spoiled.insert(at, spoiled.substring(at, end));
                case 2 -> spoiled.insert(at, "\r\n");
                default -> spoiled.setCharAt(at, (char) random.nextInt(256));
            }
        }
        return spoiled.toString();
    }

    @Test
    void proxyHeadersAreReadOrRefused() {
        for (int i = 0; i < SESSIONS * 20; i++) {
            RandomGenerator random = random(SEED + i);
            String header = spoiled(PROXY.get(random.nextInt(PROXY.size())), random);
            try {
                ProxyHeader read = ProxyHeader.read(new StreamWindow(
                        new ByteArrayInputStream(header.getBytes(StandardCharsets.ISO_8859_1))));
                assertThat(read.client().isPresent()).isEqualTo(read.server().isPresent());
            } catch (IOException refused) {
                assertThat(refused).hasMessageMatching("(?s).+");
            }
        }
    }
}
