package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Programs that read Postfix's log count the same in ours as what was done. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class LogReadersTest {
    private static final String FILTER = "/etc/fail2ban/filter.d/postfix.conf";

    @TempDir
    Path folder;

    /** Four messages delivered, one of them submitted here, one bounced, one deferred, three recipients refused. */
    private Instance traffic() throws Exception {
        String user = System.getProperty("user.name");
        Instance instance = new Instance(folder).set("relayhost", "[127.0.0.1]:" + Ports.free())
                .set("smtpd_recipient_restrictions",
                        "check_recipient_access inline:{bad@elsewhere.test=reject_unauth_destination}")
                .start();
        try {
            for (int i = 0; i < 3; i++) {
                SmtpClient.deliver(instance.smtpPort(), "a@example.test", user + "@localhost", "Subject: x\n\nx");
            }
            assertThat(instance.run("Subject: x\n\nx\n", "bin/sendmail", "-i", user).status()).isZero();
            SmtpClient.deliver(instance.smtpPort(), "", "no-such-user@localhost", "Subject: x\n\nx");
            SmtpClient.deliver(instance.smtpPort(), "a@example.test", "b@elsewhere.test", "Subject: x\n\nx");
            for (int i = 0; i < 3; i++) {
                try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                    SmtpClient.expect("220", client.reply());
                    SmtpClient.expect("250", client.command("EHLO stranger.example.test"));
                    SmtpClient.expect("250", client.command("MAIL FROM:<x@example.test>"));
                    SmtpClient.expect("554", client.command("RCPT TO:<bad@elsewhere.test>"));
                    SmtpClient.expect("221", client.command("QUIT"));
                }
            }
            instance.awaitLog("status=deferred");
            instance.awaitLog("status=bounced");
            instance.await("all removed", () -> instance.count(": removed") == 5);
            return instance;
        } catch (Exception | AssertionError e) {
            instance.close();
            throw e;
        }
    }

    @Test
    void pflogsumm() throws Exception {
        Prerequisites.programs(LogReadersTest.class, "pflogsumm");
        try (Instance instance = traffic()) {
            String report = Instance.outcome(new ProcessBuilder("pflogsumm", instance.log().toString()), "").text();
            assertThat(number(report, "received")).isEqualTo(6);
            assertThat(number(report, "delivered")).isEqualTo(4);
            assertThat(number(report, "deferred")).isEqualTo(1);
            assertThat(number(report, "bounced")).isEqualTo(1);
            assertThat(number(report, "rejected")).isEqualTo(3);
            assertThat(number(report, "discarded")).isZero();
            assertThat(report).contains("unknown user: \"no-such-user\"").contains("Relay access denied (total: 3)")
                    .contains("Connection refused");
        }
    }

    private static int number(String report, String what) {
        Matcher matcher = Pattern.compile("(?m)^ *(\\d+)   " + what + "\\b").matcher(report);
        assertThat(matcher.find()).as(report).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    @Test
    void fail2ban() throws Exception {
        Prerequisites.programs(LogReadersTest.class, "fail2ban-regex");
        Prerequisites.file(LogReadersTest.class, FILTER);
        try (Instance instance = traffic()) {
            String report = Instance.outcome(new ProcessBuilder("fail2ban-regex", "--print-all-matched",
                    instance.log().toString(), FILTER), "").text();
            assertThat(report).containsPattern("Lines: \\d+ lines, 0 ignored, 3 matched, \\d+ missed");
            assertThat(report).containsPattern(
                    "NOQUEUE: reject: RCPT from \\S+\\[127\\.0\\.0\\.1\\]: 554 5\\.7\\.1 <bad@elsewhere\\.test>: Relay access denied");
        }
    }
}
