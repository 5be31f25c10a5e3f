package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Sessions, and the seeds of {@link FuzzTarget}, of which some bytes were spoiled. Seeded; {@code -Dfuzz.sessions=} for a longer run,
 * {@code -Dseed=} for another.
 */
class SessionFuzzTest {
    private static final int SESSIONS = Integer.getInteger("fuzz.sessions", 600);
    private static final long SEED = Long.getLong("seed", 4711L);
    private static final List<String> SECRETS = List.of("AUTH PLAIN AGpvZQBzZWNyZXQ=", "AUTH PLAIN", "AUTH PLAIN =",
            "*", "AGpvZQBsYXRlcg==", "AUTH ANONYMOUS", "AUTH", "AUTH PLAIN %",
            "XCLIENT NAME=x.example ADDR=198.51.100.7", "XCLIENT ADDR=IPV6:2001:db8::1 PORT=1 LOGIN=joe",
            "XCLIENT PROTO=ESMTP HELO=a+20b", "XFORWARD NAME=a ADDR=1.2.3.4 IDENT=q SOURCE=LOCAL", "XCLIENT x");
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.smtpd");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.addFilter(new OwnThread());
        logged.start();
        logger.setAdditive(false);
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
    }

    @Test
    void sessionsEndInOrderWhateverComes() {
        for (int i = 0; i < SESSIONS; i++) {
            RandomGenerator random = random(SEED + i);
            String spoiled = spoiled(dialogue(SEED + i, random), random);
            FakeWorld world = new FakeWorld().set("smtpd_sasl_auth_enable", "yes")
                    .set("smtpd_authorized_xclient_hosts", "192.0.2.0/24")
                    .set("smtpd_authorized_xforward_hosts", "192.0.2.0/24").set("smtpd_error_sleep_time", "0")
                    .set("smtpd_hard_error_limit", "100000").set("smtpd_forbid_unauth_pipelining", "no")
                    .set("strict_rfc821_envelopes", i % 3 == 0 ? "yes" : "no");
            assertThatCode(() -> FuzzTarget.checked(world, world.site(), spoiled)).as("seed %d", SEED + i)
                    .doesNotThrowAnyException();
            assertThat(logged.list).as("seed %d", SEED + i).noneMatch(event -> event.getLevel() == Level.ERROR);
            logged.list.clear();
        }
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
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

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void whateverHoldsDoesSoForSpoiledSeeds(FuzzTarget target) {
        for (int i = 0; i < SESSIONS * 2; i++) {
            RandomGenerator random = random(SEED + i);
            String input = spoiled(target.seeds().get(random.nextInt(target.seeds().size())), random);
            assertThatCode(() -> target.accept(input.getBytes(StandardCharsets.ISO_8859_1)))
                    .as("%s, seed %d: %s", target,
                            SEED + i, input)
                    .doesNotThrowAnyException();
            assertThat(logged.list).as("%s, seed %d: %s", target, SEED + i, input)
                    .noneMatch(event -> event.getLevel() == Level.ERROR);
            logged.list.clear();
        }
    }

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void seedsThemselvesHold(FuzzTarget target) {
        target.seeds().forEach(seed -> target.accept(seed.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
