package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postrider.common.mail.Address;
import org.postrider.common.smtp.EnvelopeCommand;
import org.postrider.common.wire.StreamWindow;

/**
 * What must hold whatever bytes a client sends: a session answers in replies and ends, nothing in it is a defect, and no line end gets
 * into the envelope of a message; each part of the protocol has its own besides. {@link SessionFuzzTest} spoils the seeds, in every run;
 * {@link FuzzEntry} lets a fuzzer look for bytes that lead to new code.
 */
enum FuzzTarget {
    /** Commands as they come, with all extensions. */
    COMMANDS(
            "EHLO x\r\nMAIL FROM:<a@b.example> SIZE=10 BODY=8BITMIME RET=HDRS ENVID=x+2By\r\nRCPT TO:<user@example.com> "
                    + "NOTIFY=SUCCESS,DELAY ORCPT=rfc822;u+40x\r\nDATA\r\nSubject: x\r\n\r\n..\r\n.\r\nVRFY user\r\nETRN relay.example\r\nRSET\r\n"
                    + "HELP\r\nNOOP\r\nQUIT\r\n",
            "HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<@a,@b:\"q q\"@example.com>\r\nQUIT\r\n") {
        @Override
        void accept(byte[] input) {
            Service.LENIENT.checked(text(input));
        }
    },

    /** What stands behind MAIL FROM: and RCPT TO:. */
    ADDRESSES("<user@example.com>", "<\"a b\\\"@c\"@example.com> SIZE=1", "<@a.example,@b.example:user@example.com>",
            "Joe User <joe@[IPv6:2001:db8::1]>", "grp: (c (d)) joe@example.com;", "<\"\"@[127.0.0.1]>", "<a.b.@c..d>",
            "<\u00c3\u00b6@\u00c3\u00b6.example> SMTPUTF8") {
        @Override
        void accept(byte[] input) {
            String text = text(input).replaceAll("[\r\n]", " ");
            for (Service service : Service.values()) {
                boolean strict = service == Service.STRICT;
                if (EnvelopeCommand.parse("FROM:" + text, "FROM", strict) instanceof EnvelopeCommand.Path path
                        && !path.address().isEmpty()) {
                    assertThat(path.address()).matches(NO_CONTROLS);
                    assertThat(Address.toInternal(Address.toExternal(path.address()))).isEqualTo(path.address());
                }
                service.checked("EHLO x\r\nMAIL FROM:" + text + "\r\nRCPT TO:" + text
                        + "\r\nRCPT TO:<user@example.com>\r\nDATA\r\n.\r\n");
            }
        }
    },

    /** A message in chunks, whose lengths the first four bytes decide: where it is divided makes no difference. */
    CHUNKS("\1\2\3\4Subject: x\r\n\r\n.\r\nbody\r\n..\r\n", "\0\0\0\0", "\1\1\1\1\r\n\r\n\r.\n\n",
            "\u00ff\u00ff\u00ff\u00fflong\r\nlines\r\n", "\5\1\1\7a\r\r\n\0b\nc") {
        @Override
        void accept(byte[] input) {
            if (input.length < LENGTHS) {
                return;
            }
            byte[] content = Arrays.copyOfRange(input, LENGTHS, input.length);
            StringBuilder divided = new StringBuilder();
            int at = 0;
            for (int i = 0; at < content.length && i < MOST_CHUNKS; i++) {
                int size = Math.clamp(input[i % LENGTHS] & 0xff, 1, content.length - at);
                divided.append(chunk(content, at, size, false));
                at += size;
            }
            divided.append(chunk(content, at, content.length - at, true));
            List<String> whole = content(chunk(content, 0, content.length, true));
            assertThat(whole).isNotEmpty();
            assertThat(content(divided.toString())).isEqualTo(whole);
        }

        private static String chunk(byte[] content, int from, int size, boolean last) {
            return "BDAT " + size + (last ? " LAST" : "") + "\r\n"
                    + text(Arrays.copyOfRange(content, from, from + size));
        }

        /** What cleanup gets of the content, and the reply that ends it. */
        private static List<String> content(String commands) {
            String said = Service.LENIENT.checked(
                    "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\n" + commands);
            Stream<String> records = Service.LENIENT.accepted().stream()
                    .filter(record -> "NL".indexOf(record.charAt(0)) >= 0).skip(RECEIVED_LINES);
            return Stream.concat(records, said.lines().skip(said.lines().count() - 1)
                    .map(line -> line.replaceFirst("Ok: \\d+ bytes ", "").replaceFirst(" as Q\\d+$", ""))).toList();
        }
    },

    /** The header that a proxy sends first: read to its end and no further, or refused. */
    PROXY("PROXY TCP4 192.0.2.1 192.0.2.25 4711 25\r\nEHLO", "PROXY TCP6 2001:db8::1 2001:db8::2 4711 25\r\n",
            "PROXY UNKNOWN\r\nx", "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
            "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000c\u00c0\0\u0002\u0001\u00c0\0\u0002\u0019\u0012\u0067\0\u0019EHLO",
            "\r\n\r\n\0\r\nQUIT\n\u0021\u0021\0\u0024" + "\u0020\1\r\u00b8\0\0\0\0\0\0\0\0\0\0\0\1".repeat(2)
                    + "\1\2\3\4",
            "\r\n\r\n\0\r\nQUIT\n\u0020\0\0\0") {
        @Override
        void accept(byte[] input) {
            ByteArrayInputStream in = new ByteArrayInputStream(input);
            StreamWindow window = new StreamWindow(in);
            try {
                ProxyHeader read = ProxyHeader.read(window);
                assertThat(read.client().isPresent()).isEqualTo(read.server().isPresent());
                assertThat(Stream.of(read.client(), read.server()).flatMap(Optional::stream)
                        .map(InetSocketAddress::isUnresolved)).doesNotContain(true);
                assertThat(rest(window)).isEqualTo(text(input).substring(length(text(input))));
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }

        /** Of version 1 a line; of version 2 sixteen bytes, and as many as their last two say. */
        private static int length(String header) {
            return header.charAt(0) == '\r'
                    ? 16 + header.charAt(14) * 256 + header.charAt(15)
                    : header.indexOf('\n') + 1;
        }

        private static String rest(StreamWindow window) throws IOException {
            StringBuilder rest = new StringBuilder();
            while (window.fill()) {
                rest.append(text(Arrays.copyOfRange(window.window(), window.position(), window.limit())));
                window.skipTo(window.limit());
            }
            return rest.toString();
        }
    },

    /** What a trusted client says of another one, as XCLIENT and as XFORWARD, before a message. */
    XCLIENT("NAME=x.example ADDR=198.51.100.7 PORT=25 DESTADDR=192.0.2.1 DESTPORT=25 REVERSE_NAME=y.example",
            "ADDR=IPV6:2001:db8::1 PORT=1 LOGIN=joe PROTO=ESMTP HELO=a+20b", "NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE]",
            "NAME=a ADDR=1.2.3.4 PROTO=smtp HELO=+5B IDENT=q+2Bx SOURCE=LOCAL", "NAME=[TEMPUNAVAIL]", "HELO=+0A+zz+") {
        @Override
        void accept(byte[] input) {
            String text = text(input).replaceAll("[\r\n]", " ");
            Service.LENIENT.checked("EHLO x\r\nXCLIENT " + text + "\r\nEHLO x\r\nXFORWARD " + text
                    + "\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nDATA\r\nx\r\n.\r\nXCLIENT " + text
                    + "\r\n");
        }
    },

    /** Logging in, lines as responses: nobody gets in without the word. */
    AUTH("PLAIN AGpvZQBzZWNyZXQ=", "PLAIN\r\nAGpvZQBsYXRlcg==", "PLAIN =\r\n*", "SCRAM-SHA-256 "
            + "biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=\r\n"
            + "Yz1iaXdzLHI9ck9wck5HZndFYmVSV2diTkVrcU8laHZZRHBXVWEyUmFUQ0FmdXhGSWxqKWhObEYkazAscD1kSHpiWmFwV0lrNGpVaE4rVXRlOXl0YWc5emp"
            + "mTUhnc3FtbWl6N0FuZFZRPQ==\r\n", "ANONYMOUS Zg==", "PLAIN %") {
        @Override
        void accept(byte[] input) {
            String said = Service.LENIENT.checked("EHLO x\r\nAUTH " + text(input) + "\r\nAUTH " + text(input)
                    + "\r\nMAIL FROM:<a@b.example>\r\n");
            boolean knows = Stream.of(text(input).split("[\r\n ]+")).anyMatch(FuzzTarget::holdsTheWord);
            assertThat(knows || !said.contains("\r\n235 ")).isTrue();
        }
    };

    private static final Pattern REPLY = Pattern.compile("[2-5]\\d\\d[ -][\\x20-\\xff]*");
    private static final Pattern ENVELOPE = Pattern.compile("[SRAV] [^\\r\\n\\x00]*");
    /** But tabs, which may stand between quotes. */
    private static final Pattern NO_CONTROLS = Pattern.compile("[^\\x00-\\x08\\x0a-\\x1f\\x7f]*");
    private static final int LENGTHS = 4;
    private static final int MOST_CHUNKS = 200;
    private static final int RECEIVED_LINES = 3;

    private final List<String> seeds;

    FuzzTarget(String... seeds) {
        this.seeds = List.of(seeds);
    }

    /** Input that is as it should be, or nearly; one char a byte. */
    List<String> seeds() {
        return seeds;
    }

    /** Throws when something does not hold. */
    abstract void accept(byte[] input);

    private static String text(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1);
    }

    /** Services for the sessions of all inputs: to open one takes longer than most sessions. */
    private enum Service {
        LENIENT("no"), STRICT("yes");

        private final FakeWorld world;
        private final Site site;

        Service(String strict) {
            world = new FakeWorld().set("smtpd_sasl_auth_enable", "yes")
                    .set("smtpd_authorized_xclient_hosts", "static:all")
                    .set("smtpd_authorized_xforward_hosts", "static:all").set("smtpd_error_sleep_time", "0")
                    .set("smtpd_hard_error_limit", "100000").set("smtpd_forbid_unauth_pipelining", "no")
                    .set("strict_rfc821_envelopes", strict).authenticator(new ScramOrPlain());
            site = world.site();
        }

        /** Plays a session and looks at what is true of all; what was said. */
        String checked(String input) {
            world.cleanup().accepted().clear();
            return FuzzTarget.checked(world, site, input);
        }

        /** What cleanup has accepted of the last session. */
        List<String> accepted() {
            return world.cleanup().accepted();
        }
    }

    /** Plays a session and looks at what is true of all; what was said. */
    static String checked(FakeWorld world, Site site, String input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SmtpSession(site, FakeWorld.client("192.0.2.1", "client.example"),
                new StreamWindow(new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1))), out).run();
        String said = out.toString(StandardCharsets.ISO_8859_1);
        assertThat(said.lines()).allMatch(line -> REPLY.matcher(line).matches());
        // The answer to a defect, after which the session ends.
        assertThat(said).doesNotContain("Error: internal error");
        assertThat(world.cleanup().accepted().stream().filter(record -> "SRAV".indexOf(record.charAt(0)) >= 0))
                .allMatch(record -> ENVELOPE.matcher(record).matches());
        return said;
    }

    /** True for a response that proves who speaks: the password of FakeUsers, or a proof of the example in RFC 7677. */
    private static boolean holdsTheWord(String response) {
        try {
            String plain = text(Base64.getDecoder().decode(response));
            return plain.endsWith("\0joe\0secret") || plain.contains(ScramOrPlain.PROOF);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** SCRAM-SHA-256 as in the example of RFC 7677, and what FakeUsers has. */
    private static final class ScramOrPlain implements Authenticator {
        static final String PROOF = "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        private static final String NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        private static final ScramKeys PENCIL = ScramKeys.derive("pencil",
                Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

        private final FakeUsers others = new FakeUsers();

        @Override
        public List<Mechanism> mechanisms() {
            return Stream.concat(others.mechanisms().stream(),
                    Stream.of(new Mechanism("SCRAM-SHA-256", EnumSet.noneOf(Property.class))))
                    .collect(Collectors.toList());
        }

        @Override
        public Begun begin(Start start) throws IOException {
            if (!start.mechanism().equals("SCRAM-SHA-256")) {
                return others.begin(start);
            }
            ScramExchange exchange = new ScramExchange(false, Optional.empty(),
                    user -> new ScramExchange.Found.Keys(user, PENCIL, user.equals("user")), NONCE);
            return new Begun(exchange, start.hasInitial() ? exchange.answer(start.initial()) : new Step.Challenge(""));
        }
    }
}
