package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A message that asks for REQUIRETLS (RFC 8689) on its way in, through the queue and out again. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class RequireTlsTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    Path folder;

    /** The next host is a service of the same system: it knows the recipients of far.test, and another one without REQUIRETLS. */
    @Test
    void itHoldsForEveryHop() throws Exception {
        Prerequisites.programs(RequireTlsTest.class, "openssl");
        int far = Ports.free();
        int deaf = Ports.free();
        Path certificate = KeyFiles.make(folder, "server", "localhost", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1");
        String next = " inet n - n - - smtpd -o cleanup_service_name=finish -o relay_domains=far.test,deaf.test";
        try (Instance instance = new Instance(folder).set("smtpd_tls_security_level", "may")
                .set("smtpd_tls_chain_files", folder.resolve("server.key") + " " + certificate)
                .set("smtp_tls_CAfile", certificate.toString()).set("smtp_tls_security_level", "may")
                .set("smtp_host_lookup", "native").set("smtp_requiretls_policy", "enforce")
                .set("relay_domains", "far.test, deaf.test")
                .set("transport_maps", "inline:{{far.test=smtp:[localhost]:%d}, {deaf.test=smtp:[localhost]:%d}}"
                        .formatted(far, deaf))
                .service(far + next).service(deaf + next + " -o smtpd_discard_ehlo_keywords=requiretls,silent-discard")
                .service("finish unix n - n - 0 cleanup -o virtual_alias_maps=inline:{{@far.test=" + USER
                        + "@localhost}}")
                .start(); SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("220", client.command("STARTTLS"));
            client.encrypt(certificate);
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            for (String domain : List.of("far.test", "deaf.test")) {
                SmtpClient.expect("250", client.command("MAIL FROM:<" + USER + "@localhost> RET=FULL REQUIRETLS"));
                SmtpClient.expect("250", client.command("RCPT TO:<you@" + domain + ">"));
                SmtpClient.expect("354", client.command("DATA"));
                SmtpClient.expect("250", client.command("Subject: to " + domain + "\r\n\r\nthe secret\r\n."));
            }
            instance.await("mail and letter", () -> instance.messages(instance.maildir(USER)).size() == 2);
            instance.awaitEmptyQueue();
            instance.awaitLog("dsn=5.7.30, status=bounced (REQUIRETLS is required, but was not offered by host "
                    + "localhost[127.0.0.1])");
            instance.awaitLog("status=sent (250 2.0.0 Ok: queued as ");
            String first = text(instance.messages(instance.maildir(USER)).getFirst());
            String second = text(instance.messages(instance.maildir(USER)).getLast());
            boolean inOrder = first.contains("Subject: to far.test\n") && !first.contains("Undelivered");
            String mail = inOrder ? first : second;
            String letter = inOrder ? second : first;
            // Announced by the second hop's smtpd too: the client has asked for it once more.
            assertThat(mail.split("Require-TLS-ESMTP: yes", -1)).hasSize(3);
            assertThat(letter).contains("Status: 5.7.30").contains("Subject: to deaf.test")
                    .doesNotContain("the secret");
        }
    }

    private static String text(Path message) throws Exception {
        return Files.readString(message, StandardCharsets.ISO_8859_1);
    }
}
