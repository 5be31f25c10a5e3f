package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.wire.StreamWindow;

/**
 * What mail servers have stumbled over, Postfix's history of changes first of all. TLS has its own in {@link StartTlsTest} ({@code
 * whatCameInTheClearBehindStartTlsIsNeverObeyed}, and STARTTLS a second time).
 */
class HardCasesTest {
    private static final String ENVELOPE = "MAIL FROM:<a@b.c>\r\nRCPT TO:<user@example.com>\r\n";
    private static final String JOE = "AGpvZQBzZWNyZXQ=";

    private final FakeWorld world = new FakeWorld().set("smtpd_forbid_unauth_pipelining", "no")
            .set("smtpd_error_sleep_time", "0").set("smtpd_hard_error_limit", "100000")
            .set("message_size_limit", "5000").set("smtpd_sasl_auth_enable", "yes");

    /** Sends all of it at once; the replies. */
    private List<String> say(String input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SmtpSession(world.site(), FakeWorld.client("192.0.2.1", "client.example"),
                new StreamWindow(new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1))), out).run();
        return out.toString(StandardCharsets.ISO_8859_1).lines().filter(line -> !line.startsWith("250-")).toList();
    }

    /** What cleanup has accepted of these records. */
    private List<String> accepted(String letters) {
        return world.cleanup().accepted().stream().filter(record -> letters.indexOf(record.charAt(0)) >= 0).toList();
    }

    @Test
    void recipientsOfAMessageWithABadChunkAreForgotten() {
        List<String> said = say("EHLO x\r\n" + ENVELOPE + "BDAT 9000\r\n" + "x".repeat(9000)
                + "RCPT TO:<root@example.com>\r\nBDAT 2 LAST\r\nx\n"
                + "MAIL FROM:<n@b.c>\r\nDATA\r\nRCPT TO:<other@example.com>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
        assertThat(said).element(4).asString().startsWith("552 5.3.4 ");
        assertThat(said).element(5).asString().isEqualTo("503 5.5.1 Error: RCPT after BDAT");
        assertThat(said).element(6).asString().startsWith("551 5.0.0 Discarded 2 bytes");
        assertThat(said.subList(8, 10)).containsExactly("554 5.5.1 Error: no valid recipients", "250 2.1.5 Ok");
        assertThat(accepted("SR")).containsExactly("S n@b.c", "R other@example.com");
    }

    @Test
    void theBytesOfARefusedChunkAreNoCommands() {
        String content = "RSET\r\n" + ENVELOPE + "DATA\r\nx\r\n.\r\n";
        say("EHLO x\r\nBDAT " + content.length() + " LAST\r\n" + content + "MAIL FROM:<a@b.c>\r\nBDAT "
                + content.length()
                + " LAST\r\n" + content + "QUIT\r\n");
        assertThat(world.cleanup().accepted()).isEmpty();
    }

    @Test
    void aSessionLogsInOnce() {
        List<String> said = say("EHLO x\r\nAUTH PLAIN " + JOE + "\r\nAUTH PLAIN " + JOE + "\r\n" + ENVELOPE
                + "AUTH PLAIN " + JOE + "\r\nRSET\r\nQUIT\r\n");
        assertThat(said.subList(2, 4)).containsExactly("235 2.7.0 Authentication successful",
                "503 5.5.1 Error: already authenticated");
        assertThat(said.get(6)).startsWith("503 5.5.1 ");
    }

    @Test
    void whatFollowsAuthIsItsResponse() {
        List<String> said = say("EHLO x\r\nAUTH PLAIN\r\nMAIL FROM:<evil@b.c>\r\nAUTH PLAIN\r\n*\r\n"
                + "AUTH PLAIN " + JOE + " x\r\nAUTH PLAIN\r\n" + JOE + "\r\nQUIT\r\n");
        assertThat(said.get(2)).isEqualTo("334 ");
        assertThat(said.get(3)).startsWith("535 5.7.8 ");
        assertThat(said.get(5)).startsWith("501 5.7.0 ");
        assertThat(said.get(6)).startsWith("501 5.5.4 ");
        assertThat(said.get(8)).startsWith("235 2.7.0 ");
    }

    /** As Postfix answered it: nobody knows what the filter would have made of the command. */
    @Test
    void aCommandThatCanNotBeFilteredIsNotObeyed() {
        world.set("smtpd_command_filter", "fail:down");
        assertThat(say("EHLO x\r\nNOOP\r\n")).containsExactly("220 mail.example.com ESMTP Postrider",
                "421 4.3.0 mail.example.com Server local data error");
    }

    @Test
    void theHistoryForThePostmasterIsBounded() {
        world.set("notify_classes", "protocol").set("smtpd_history_flush_threshold", "50");
        say("FOO\r\n".repeat(20_000) + ("VRFY " + "x".repeat(1500) + "\r\n").repeat(200) + "QUIT\r\n");
        assertThat(accepted("N")).hasSizeLessThan(1500);
        assertThat(accepted("N").stream().mapToInt(String::length).sum()).isLessThan(100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL FROM:<a\rb@c.d>", "MAIL FROM:<\"a\rb\"@c.d>", "MAIL FROM:<a\\\rb@c.d>",
            "MAIL FROM:<a@c\r.d>",
            "MAIL FROM:<a@b.c> ENVID=x+0Ay", "MAIL FROM:<a@b.c> ENVID=x+0D+0Ay", "MAIL FROM:<a@b.c> AUTH=x+0Ay",
            "RCPT TO:<user+0A@example.com>", "RCPT TO:<user@example.com> ORCPT=rfc822;x+0Ay",
            "RCPT TO:<user@example.com> ORCPT=x\ry;z", "EHLO a\rb", "XFORWARD IDENT=a+0Ab", "XCLIENT HELO=a+0Ab",
            "XFORWARD NAME=a+0Ab", "RCPT TO:<user\u000b@example.com>",
            "RCPT TO:<user@example.com> ORCPT=rfc822;x\u007fy"})
    void noLineBreakGetsIntoTheEnvelope(String command) {
        world.set("smtpd_authorized_xclient_hosts", "192.0.2.0/24").set("smtpd_authorized_xforward_hosts",
                "192.0.2.0/24");
        say("EHLO x\r\nAUTH PLAIN " + JOE + "\r\n" + command + "\r\n" + ENVELOPE + command
                + "\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
        assertThat(accepted("SRA")).noneMatch(record -> record.chars().anyMatch(c -> c < ' ' || c == 127));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "MAIL FROM", "MAIL FROM:", "MAIL FROM: ", "MAIL FROM:<> SIZE", "MAIL FROM:<> SIZE=",
            "MAIL FROM:<> =",
            "MAIL FROM:<> RET", "MAIL FROM:<> RET=", "MAIL FROM:<> ENVID=", "MAIL FROM:<> BODY=", "MAIL FROM:<> BODY",
            "MAIL FROM:<> AUTH",
            "MAIL FROM:<> SMTPUTF8=", "MAIL FROM:<> XVERP=", "RCPT TO:<user@example.com> NOTIFY=",
            "RCPT TO:<user@example.com> ORCPT=",
            "RCPT TO:<user@example.com> ORCPT=;", "RCPT TO:", "RCPT TO:<>", "VRFY", "ETRN", "AUTH", "AUTH  ", "XCLIENT",
            "BDAT LAST"})
    void whatIsMissingIsAnError(String command) {
        assertThat(say(
                "EHLO x\r\nMAIL FROM:<a@b.c>\r\n" + (command.startsWith("MAIL") ? "RSET\r\n" : "") + command + "\r\n"))
                .last().asString().startsWith("5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\n.\r", "\r.\n",
            "\r\n\0.\r\n", "\r\r\n.\n",
            "\r\n.\r\r\n", "\r\n.\0\r\n", "\n\n.\r\n"})
    void onlyARealEndOfDataEndsAMessage(String end) {
        world.set("smtpd_forbid_bare_newline", "normalize");
        say("EHLO x\r\n" + ENVELOPE + "DATA\r\nSubject: x\r\n\r\nhello" + end + "MAIL FROM:<evil@b.c>\r\n"
                + "RCPT TO:<root@example.com>\r\nDATA\r\nevil\r\n.\r\nQUIT\r\n");
        assertThat(accepted("S")).containsExactly("S a@b.c");
        assertThat(accepted("R")).containsExactly("R user@example.com");
        assertThat(String.join("\n", accepted("LN"))).contains("evil");
    }

    /** As Postfix answered it. */
    @Test
    void whoSpeaksBeforeTheGreetingHasSpoken() {
        world.set("smtpd_forbid_unauth_pipelining", "yes");
        assertThat(say("EHLO early\r\n" + ENVELOPE)).containsExactly("554 5.5.0 Error: SMTP protocol synchronization");
        world.set("smtpd_forbid_unauth_pipelining", "no").set("smtpd_delay_reject", "no")
                .set("smtpd_client_restrictions", "sleep 1, reject_unauth_pipelining");
        assertThat(say("EHLO early\r\nMAIL FROM:<a@b.c>\r\nQUIT\r\n")).containsExactly(
                "503 5.5.0 <client.example[192.0.2.1]>: Client host rejected: Improper use of SMTP command pipelining",
                "503 5.7.0 Error: access denied for client.example[192.0.2.1]",
                "503 5.7.0 Error: access denied for client.example[192.0.2.1]", "221 2.0.0 Bye");
        world.set("smtpd_delay_reject", "yes");
        assertThat(say("EHLO early\r\n" + ENVELOPE + "QUIT\r\n")).element(3).asString().isEqualTo(
                "503 5.5.0 <client.example[192.0.2.1]>: Client host rejected: Improper use of SMTP command pipelining");
    }

    @Test
    void rsetForgetsWhateverWasBegun() {
        List<String> steps = List.of("MAIL FROM:<old@b.c> ENVID=x RET=HDRS\r\n", "RCPT TO:<user@example.com>\r\n",
                "RCPT TO:<nobody@example.com>\r\n", "RCPT TO:<root@example.com> NOTIFY=NEVER\r\n", "VRFY user\r\n",
                "BDAT 5\r\nold\r\n", "RCPT TO:<user@example.com>\r\n", "BDAT 0\r\n", "BDAT 3\r\nold", "EHLO again\r\n");
        List<String> begun = new ArrayList<>(List.of("EHLO x\r\n"));
        for (String step : steps) {
            begun.add(step);
            int before = world.cleanup().accepted().size();
            List<String> said = say(
                    String.join("", begun) + "RSET\r\nMAIL FROM:<new@b.c>\r\nRCPT TO:<other@example.com>\r\n"
                            + "DATA\r\nnew\r\n.\r\nQUIT\r\n");
            assertThat(said.get(said.size() - 2)).startsWith("250 2.0.0 Ok: queued as ");
            List<String> message = world.cleanup().accepted();
            assertThat(message.subList(before, message.size())).contains("S new@b.c", "R other@example.com", "N new")
                    .noneMatch(record -> record.contains("old") || record.startsWith("R user")
                            || record.startsWith("R root")
                            || record.startsWith("A envelope_id") || record.startsWith("A notify_flags"));
        }
    }

    @Test
    void rsetInsideContentIsContent() {
        say("EHLO x\r\n" + ENVELOPE + "DATA\r\nRSET\r\n.\r\nQUIT\r\n");
        assertThat(accepted("NR")).contains("N RSET", "R user@example.com");
    }
}
