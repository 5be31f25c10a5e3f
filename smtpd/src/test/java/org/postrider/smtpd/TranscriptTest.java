package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.wire.StreamWindow;

/** Of what the postmaster is told; as Postfix 3.7 does, with each class of notify_classes by itself. */
class TranscriptTest {
    private static final String ACCESS = "inline:{ {temporary@example.com = 451 4.7.9 later}"
            + " {odd@example.com = 503 5.7.9 never} {gone@example.com = 421 4.7.9 go}"
            + " {named@example.com = 550 5.1.1 User unknown} {typing@example.com = reject_mistyped}"
            + " {policy@example.com = ask} {table@example.com = look} }";

    /** The classes that want a letter about a session with these lines. */
    private static List<String> classes(String... lines) {
        return List.of("bounce", "data", "policy", "protocol", "resource", "software").stream()
                .filter(kind -> isTold(kind, String.join("\r\n", lines))).toList();
    }

    private static boolean isTold(String kind, String lines) {
        FakeWorld world = new FakeWorld().set("notify_classes", kind).set("smtpd_error_sleep_time", "0")
                .set("smtpd_forbid_unauth_pipelining", "no").set("smtpd_delay_reject", "no")
                .set("smtpd_reject_unlisted_sender", "yes").set("message_size_limit", "1000")
                .set("smtpd_recipient_limit", "2").set("smtpd_recipient_overshoot_limit", "1")
                .set("smtpd_sasl_auth_enable", "yes").set("virtual_mailbox_maps", "fail:down")
                .set("smtpd_restriction_classes", "ask, look").set("ask", "check_policy_service inet:down")
                .set("look", "check_recipient_access fail:down").set("header_checks", "")
                .set("smtpd_recipient_restrictions", "check_recipient_access " + ACCESS);
        String input = "EHLO x\r\n" + lines + "\r\nQUIT\r\n";
        new SmtpSession(world.site(), FakeWorld.client("192.0.2.1", "client.example"),
                new StreamWindow(new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1))),
                new ByteArrayOutputStream()).run();
        return world.cleanup().accepted().contains("S double-bounce@mail.example.com");
    }

    private static List<String> recipient(String local) {
        return classes("MAIL FROM:<a@b.c>", "RCPT TO:<" + local + ">");
    }

    @ParameterizedTest
    @ValueSource(strings = {"temporary@example.com", "odd@example.com", "gone@example.com", "named@example.com",
            "policy@example.com", "table@example.com", "a@far.example"})
    void whatARestrictionRefusesIsPolicyWhateverTheCode(String address) {
        assertThat(recipient(address)).containsExactly("policy");
    }

    @Test
    void otherRefusalsOfRestrictions() {
        assertThat(recipient("nobody@example.com")).containsExactly("bounce");
        assertThat(classes("VRFY nobody@example.com")).containsExactly("bounce");
        assertThat(classes("MAIL FROM:<nobody@example.com>")).containsExactly("bounce");
        assertThat(recipient("joe@virt.example")).containsExactly("data");
        assertThat(recipient("typing@example.com")).containsExactly("software");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FOO", "RSET x", "STARTTLS", "MAIL", "MAIL FROM:<a@b.c> X=Y", "RCPT TO:<user@example.com>",
            "ETRN", "NO\0OP", "VRFY", "AUTH", "MAIL FROM:<a b@c>",
            "MAIL FROM:<a@b.c>\r\nRCPT TO:<user@example.com>\r\nBDAT x"})
    void whatTheClientSaysWrongIsProtocol(String line) {
        assertThat(classes(line)).containsExactly("protocol");
    }

    @Test
    void sizes() {
        assertThat(classes("MAIL FROM:<a@b.c> SIZE=2000")).containsExactly("policy");
        String envelope = "MAIL FROM:<a@b.c>\r\nRCPT TO:<user@example.com>\r\n";
        assertThat(classes(envelope + "BDAT 2000 LAST", "x".repeat(1998))).containsExactly("policy");
        assertThat(classes(envelope + "DATA", "x\r\n".repeat(1000) + ".")).containsExactly("bounce");
    }

    @Test
    void whatTheClientMayDoIsTold() {
        assertThat(classes("XCLIENT NAME=x")).containsExactly("policy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP", "GET / HTTP/1.0", "AUTH FOO", "AUTH PLAIN\r\n*", "AUTH PLAIN\r\n%%",
            "ETRN other.example", "MAIL FROM:<a@b.c>\r\nDATA",
            "MAIL FROM:<a@b.c>\r\nRCPT TO:<user@example.com>\r\nBDAT 0",
            "MAIL FROM:<a@b.c>\r\nRCPT TO:<user@example.com>\r\nRCPT TO:<root@example.com>\r\nRCPT TO:<other@example.com>"})
    void nobodyIsTold(String lines) {
        assertThat(classes(lines)).isEmpty();
    }
}
