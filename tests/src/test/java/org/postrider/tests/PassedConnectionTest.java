package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.DescriptorPassing;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Sockets;

/** A service of type pass: another program accepts the client and hands the open connection over. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class PassedConnectionTest {
    @TempDir
    Path folder;

    @Test
    void aClientThatSomebodyElseAcceptedIsServed() throws Exception {
        int listener = Sockets.listenInet(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        try (Instance instance = new Instance(folder).service("smtpd pass - - n - - smtpd").start();
                SmtpClient client = new SmtpClient(Sockets.localAddress(listener).getPort())) {
            int accepted = Sockets.accept(listener);
            int smtpd = Sockets.unixStream();
            Sockets.connectUnix(smtpd, instance.queue().resolve("private/smtpd").toString());
            assertThat(DescriptorPassing.send(smtpd, new byte[]{0}, OptionalInt.of(accepted))).isEqualTo(1);
            Descriptors.close(accepted);
            SmtpClient.expect("220 mail.example.test ESMTP", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            assertThat(client.deliver("a@example.test", System.getProperty("user.name") + "@localhost",
                    "Subject: passed\n\nx")).startsWith("250 2.0.0 Ok: queued as ");
            Descriptors.close(smtpd);
            SmtpClient.expect("221", client.command("QUIT"));
            instance.await("delivered",
                    () -> instance.messages(instance.maildir(System.getProperty("user.name"))).size() == 1);
            instance.await("logged",
                    () -> instance.logText().matches("(?s).*: connect from \\S+\\[127\\.0\\.0\\.1\\].*"));
        } finally {
            Descriptors.close(listener);
        }
    }
}
