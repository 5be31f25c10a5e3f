package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Invents dialogues from a seed, in the notation of {@link TranscriptRunner}: commands in any order, addresses and parameters of
 * good and bad syntax, commands sent together, bytes that are no text. Every case begins with the end of whatever the one before
 * left open.
 */
final class ConversationGenerator {
    /** A case begins with this word as an argument of NOOP. */
    static final String MARK = "case";
    private static final List<Map<String, String>> CONFIGURATIONS = List.of(
            Map.of(),
            Map.of("strict_rfc821_envelopes", "yes"),
            Map.of("smtputf8_enable", "no", "disable_vrfy_command", "yes", "message_size_limit", "2000"),
            Map.of("strict_smtputf8", "yes", "smtpd_reject_unlisted_sender", "yes"),
            Map.of("smtpd_helo_restrictions", "reject_invalid_helo_hostname, reject_unknown_helo_hostname",
                    "smtpd_sender_restrictions", "reject_non_fqdn_sender, reject_unknown_sender_domain, "
                            + "check_sender_access inline:{{a@=REJECT local part}, {good.example=DEFER_IF_REJECT good}}",
                    "smtpd_recipient_restrictions", "reject_non_fqdn_recipient, "
                            + "check_recipient_access inline:{{user@example.com=DEFER_IF_PERMIT later}}",
                    "smtpd_data_restrictions", "reject_multi_recipient_bounce, reject_unauth_pipelining"),
            Map.of("smtpd_delay_reject", "no", "smtpd_helo_required", "yes", "smtpd_helo_restrictions",
                    "reject_non_fqdn_helo_hostname", "smtpd_sender_restrictions",
                    "reject_unknown_sender_domain, check_sender_access inline:{x@=REJECT, {<>=450 4.7.1 null}}"),
            Map.of("soft_bounce", "yes", "smtpd_reject_footer", "\\c; call $client_address", "recipient_delimiter", "+",
                    "smtpd_sender_restrictions",
                    "check_sender_access inline:{{user@=REJECT user}, {x@=BCC a@b.example}}"),
            Map.of("smtpd_discard_ehlo_keywords", "dsn, chunking", "smtpd_recipient_limit", "3",
                    "smtpd_noop_commands", "FROB"));
    private static final List<String> LOCAL_PARTS = List.of("user", "root", "nobody", "a", "x", "a.b", "user+ext",
            "\"q q\"", "\"a@b\"", "a\\\\ b", "x%other.example", "h!user", "", "(c)user", "\\xc3\\xa9", "\\xe9", ".",
            "a..b", "\"\"", "a b", "postmaster", "double-bounce", "joe", "ann", "info", "a(c)", "\"x", "<", "a,b",
            "a;b", "a:b", "[a]", "USER", "\\x01", "~!#$&'*+/=?^_`|");
    private static final List<String> DOMAINS = List.of("example.com", "good.example", "other.example",
            "relay.example", "alias.example", "virt.example", "[127.0.0.1]", "[192.0.2.5]", "later.example",
            "missing.example", "x", "", "-x", "example.com.", "EXAMPLE.COM", "g\\xc3\\xb6.example", "[x", "192.0.2.5",
            "nullmx.example", "a_b.example", "[IPv6:2001:db8::1]", "exam ple.com", "example.com(c)");
    private static final List<String> PIECES = List.of("user", "root", "a", "@", "@example.com", "@good.example", ".",
            ":",
            ";", ",", "(c)", "(", ")", "\"q q\"", "\"\"", "\"", "[127.0.0.1]", "[", "]", "<", ">", " ", "\\\\x", "\\\\",
            "-", "%", "!",
            "=", "+", "@@", "..", "\\xc3\\xa9");
    private static final List<String> MAIL_PARAMETERS = List.of("SIZE=100", "SIZE=3000", "SIZE=", "SIZE=x", "SIZE",
            "BODY=7BIT", "BODY=8BITMIME", "BODY=x", "body=8bitmime", "RET=FULL", "RET=HDRS", "RET=x", "ENVID=a+20b",
            "ENVID=", "ENVID=a+4", "ENVID=a", "SMTPUTF8", "SMTPUTF8=1", "AUTH=<>", "AUTH", "FOO=bar", "FOO", "=", "x=",
            "NOTIFY=NEVER", "\"a b\"", "\\xc3\\xa9=1");
    private static final List<String> RCPT_PARAMETERS = List.of("NOTIFY=NEVER", "NOTIFY=SUCCESS,DELAY",
            "NOTIFY=FAILURE", "NOTIFY=NEVER,DELAY", "NOTIFY=", "NOTIFY", "NOTIFY=x", "ORCPT=rfc822;a@b.example",
            "ORCPT=rfc822;a+2Bb", "ORCPT=;a", "ORCPT=rfc822;", "ORCPT=x", "ORCPT=utf-8;\\xc3\\xa9", "FOO=bar", "SIZE=1",
            "notify=never");
    private static final List<String> PLAIN = List.of("NOOP", "RSET", "RSET x", "HELP", "VRFY user",
            "VRFY x@other.example",
            "VRFY", "VRFY <user@example.com>", "ETRN relay.example", "ETRN x", "ETRN", "EHLO foo.bar", "EHLO",
            "HELO foo", "HELO foo.bar", "EHLO helo.example", "EHLO later.example", "EHLO -x", "EHLO [192.0.2.1]", "FOO",
            "FROB", "frob x", "STARTTLS", "AUTH PLAIN", "EXPN a", "noop x", " NOOP", "", "\\t", "HELO a b",
            "MAIL", "RCPT", "DATA x", "XFORWARD NAME=a", "XCLIENT NAME=a", "RSET ", "DATA", "BDAT", "BDAT x",
            "BDAT 0 LAST", "BDAT 0", "BDAT 5 x", "MAIL FROM:<>", "RCPT TO:<user@example.com>",
            "MAIL FROM:<a@good.example>",
            "NOOP \\xc3\\xa9", "NOOP \\xff", "EHLO \\xc3\\xa9", "subject: x", "mail from:<>", "rcpt to:user");

    private final RandomGenerator random;
    private int cases;

    ConversationGenerator(long seed) {
        random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
    }

    /** How many configurations there are. */
    static int configurations() {
        return CONFIGURATIONS.size();
    }

    /** One of the configurations, with limits out of the way. */
    static List<String> arrangement(int configuration) {
        List<String> lines = new ArrayList<>(List.of("set smtpd_hard_error_limit = 1000000",
                "set smtpd_junk_command_limit = 1000000", "set smtpd_forbid_unauth_pipelining = no",
                "set smtpd_history_flush_threshold = 1000000", "set smtpd_forbidden_commands = CONNECT GET POST"));
        CONFIGURATIONS.get(configuration).forEach((name, value) -> lines.add("set " + name + " = " + value));
        return lines;
    }

    /** A dialogue of one case, with its own beginning and end. */
    List<String> dialogue() {
        List<String> lines = new ArrayList<>();
        if (chance(90)) {
            lines.add(chance(90) ? "EHLO foo.bar" : "HELO foo.bar");
        }
        invent(lines);
        lines.add(".");
        lines.add("QUIT");
        return lines;
    }

    /** A conversation of this many cases. */
    List<String> conversation(int length) {
        List<String> lines = new ArrayList<>(List.of("EHLO foo.bar"));
        for (int i = 0; i < length; i++) {
            lines.add(".\\r\\nRSET\\r\\nNOOP " + MARK + " " + cases++);
            invent(lines);
        }
        lines.add(".");
        lines.add("QUIT");
        return lines;
    }

    private void invent(List<String> lines) {
        switch (random.nextInt(11)) {
            case 0, 1 -> soup(lines);
            case 2, 3 -> addresses(lines);
            case 4, 5 -> parameters(lines);
            case 6 -> together(lines);
            case 7 -> message(lines);
            case 8 -> chunks(lines);
            case 9 -> scrambled(lines);
            default -> rubbish(lines);
        }
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private void soup(List<String> lines) {
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            lines.add(one(PLAIN));
        }
    }

    private void addresses(List<String> lines) {
        lines.add("MAIL FROM:" + path());
        if (chance(50)) {
            lines.add("MAIL FROM:<a@onlya.example>");
        }
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            lines.add("RCPT TO:" + path());
        }
    }

    private String path() {
        String address = one(LOCAL_PARTS) + (chance(85) ? "@" + one(DOMAINS) : "");
        String path = switch (random.nextInt(12)) {
            case 0 -> address;
            case 1 -> " <" + address + ">";
            case 2 -> "<@" + one(DOMAINS) + ":" + address + ">";
            case 3 -> "<" + address;
            case 4 -> "<" + address + "> ";
            case 5 -> "Joe <" + address + ">";
            default -> "<" + address + ">";
        };
        return chance(10) && !path.isEmpty() ? spoiled(path) : path;
    }

    /** A character is taken out, or another put in. */
    private String spoiled(String text) {
        String plain = text.replaceAll("\\\\x..", "?").replace("\\\\", "/");
        int at = random.nextInt(Math.max(1, plain.length() - 1));
        return chance(50)
                ? plain.substring(0, at) + plain.substring(at + 1)
                : plain.substring(0, at)
                        + one(List.of("<", ">", "@", "\"", " ", ".", ":", "(", ")", "\\\\", ",", "[", "]"))
                        + plain.substring(at);
    }

    private void parameters(List<String> lines) {
        lines.add("MAIL FROM:<a@onlya.example>" + some(MAIL_PARAMETERS));
        if (chance(50)) {
            lines.add("MAIL FROM:<>");
        }
        lines.add("RCPT TO:<user@example.com>" + some(RCPT_PARAMETERS));
        lines.add("RCPT TO:<root@example.com>" + some(RCPT_PARAMETERS));
    }

    private String some(List<String> parameters) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(chance(90) ? " " : "  ").append(one(parameters));
        }
        return text.toString();
    }

    private void together(List<String> lines) {
        List<String> group = new ArrayList<>();
        addresses(group);
        soup(group);
        lines.add(String.join("\\r\\n", group));
    }

    private void message(List<String> lines) {
        lines.add("MAIL FROM:<a@onlya.example>");
        lines.add("RCPT TO:<user@example.com>");
        lines.add("DATA");
        for (int i = random.nextInt(4); i > 0; i--) {
            lines.add(one(List.of("Subject: x", "", "hello", "..", "...x", "\\xff", "{2500*x}", "a\\rb", " x")));
        }
        lines.add(".");
    }

    private void chunks(List<String> lines) {
        lines.add("MAIL FROM:<a@onlya.example>");
        if (chance(80)) {
            lines.add("RCPT TO:<user@example.com>");
        }
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int size = random.nextInt(40);
            boolean last = i == 1 && chance(80);
            lines.add("BDAT " + size + (last ? " LAST" : "") + "\\r\\n{" + size + "*y}\\c");
            if (chance(20)) {
                lines.add(one(PLAIN));
            }
        }
        lines.add("NOOP");
    }

    /** Addresses put together from what addresses are made of. */
    private void scrambled(List<String> lines) {
        for (int i = random.nextInt(2, 6); i > 0; i--) {
            StringBuilder path = new StringBuilder();
            for (int n = random.nextInt(1, 9); n > 0; n--) {
                path.append(one(PIECES));
            }
            String command = one(List.of("MAIL FROM:", "RCPT TO:", "RCPT TO:", "VRFY "));
            lines.add(chance(75) ? command + "<" + path + ">" : command + path);
            if (chance(60)) {
                lines.add("MAIL FROM:<a@onlya.example>");
            }
        }
    }

    private void rubbish(List<String> lines) {
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            StringBuilder line = new StringBuilder(
                    chance(50) ? one(List.of("MAIL FROM:", "RCPT TO:", "EHLO ", "X")) : "");
            for (int n = random.nextInt(30); n > 0; n--) {
                int b = chance(70) ? random.nextInt(32, 127) : random.nextInt(1, 256);
                line.append(b == '\n' ? "" : String.format("\\x%02x", b));
            }
            lines.add(line.toString());
        }
    }
}
