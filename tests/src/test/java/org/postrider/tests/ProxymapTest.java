package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** smtpd and postmap ask proxymap, in processes of their own, for tables that main.cf names with {@code proxy:}. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class ProxymapTest {
    @TempDir
    Path folder;

    @Test
    void recipientsAreCheckedThroughProxymap() throws Exception {
        String table = "hash:" + Files.writeString(folder.resolve("boxes"), "known@virtual.test v/known/\n");
        String user = System.getProperty("user.name");
        try (Instance instance = new Instance(folder).set("virtual_mailbox_domains", "virtual.test")
                .set("virtual_mailbox_maps", "proxy:" + table).set("virtual_mailbox_base", folder + "/mail")
                .set("local_recipient_maps", "proxy:unix:passwd.byname").start();
                SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<x@example.test>"));
            assertThat(client.command("RCPT TO:<known@virtual.test>")).startsWith("250 ");
            assertThat(client.command("RCPT TO:<" + user + "@localhost>")).startsWith("250 ");
            assertThat(client.command("RCPT TO:<unknown@virtual.test>")).startsWith("550 5.1.1 ");
            assertThat(client.command("RCPT TO:<no-such-user@localhost>")).startsWith("550 5.1.1 ");
            assertThat(instance.run("", "bin/postmap", "-q", "known@virtual.test", "proxy:" + table))
                    .isEqualTo(new Instance.Outcome(0, "v/known/\n"));
            assertThat(instance.run("", "bin/postmap", "-q", "x", "proxy:" + table).status()).isEqualTo(1);
            assertThat(instance.run("", "bin/postmap", "-q", "root", "proxy:texthash:/etc/passwd").text())
                    .isEqualTo("postmap: fatal: proxymap service is not configured for table"
                            + " \"texthash:/etc/passwd\"\n");
            instance.awaitLog("to approve this table for read-only access, list proxy:texthash:/etc/passwd");
        }
    }

    /** Nobody waits for himself: mail waits, and the log says why. */
    @Test
    void aTableThatLeadsBackToItselfIsForLater() throws Exception {
        Path file = folder.resolve("loop.cf");
        Files.writeString(file, "memcache = inet:127.0.0.1:1\nmax_try = 1\nbackup = unionmap:{proxy:memcache:" + file
                + "}\n");
        try (Instance instance = new Instance(folder).set("relay_domains", "d.test")
                .set("relay_recipient_maps", "proxy:memcache:" + file).start();
                SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<x@example.test>"));
            assertThat(client.command("RCPT TO:<u@d.test>")).startsWith("451 4.3.0 ");
            instance.awaitLog("table memcache:" + file + " names itself in its settings");
            assertThat(client.command("RCPT TO:<u@d.test>")).startsWith("451 4.3.0 ");
        }
    }

    /** An empty file is an empty database of SQLite, in which a query needs no table. */
    @Test
    void aDatabaseIsAskedThroughProxymap() throws Exception {
        Files.createFile(folder.resolve("empty.db"));
        String table = "sqlite:" + Files.writeString(folder.resolve("boxes.cf"), "dbpath = " + folder + "/empty.db\n"
                + "query = SELECT '%u/' WHERE '%s' IN ('known@virtual.test', 'o''hara@virtual.test')\n");
        try (Instance instance = new Instance(folder).set("virtual_mailbox_domains", "virtual.test")
                .set("virtual_mailbox_maps", "proxy:" + table).set("virtual_mailbox_base", folder + "/mail").start();
                SmtpClient client = new SmtpClient(instance.smtpPort())) {
            assertThat(instance.run("", "bin/postconf", "-m").text()).contains("ldap\n", "memcache\n", "mongodb\n",
                    "mysql\n",
                    "pgsql\n", "proxy\n", "sqlite\n");
            assertThat(instance.run("", "bin/postmap", "-q", "O'Hara@virtual.test", table))
                    .isEqualTo(new Instance.Outcome(0, "o'hara/\n"));
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<x@example.test>"));
            assertThat(client.command("RCPT TO:<known@virtual.test>")).startsWith("250 ");
            assertThat(client.command("RCPT TO:<unknown@virtual.test>")).startsWith("550 5.1.1 ");
            Files.delete(folder.resolve("empty.db"));
            assertThat(client.command("RCPT TO:<known@virtual.test>")).startsWith("451 4.3.0 ");
            Files.createFile(folder.resolve("empty.db"));
            instance.await("the database is back",
                    () -> client.command("RCPT TO:<known@virtual.test>").startsWith("250 "));
        }
    }
}
