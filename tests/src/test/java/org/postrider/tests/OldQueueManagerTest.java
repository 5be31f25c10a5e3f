package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A master.cf that names oqmgr(8), and a main.cf with its parameter. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class OldQueueManagerTest {
    @TempDir
    Path folder;

    @Test
    void mailIsDelivered() throws Exception {
        String user = System.getProperty("user.name");
        try (Instance instance = new Instance(folder).set("qmgr_fudge_factor", "50")
                .masterCf(text -> text.replaceFirst("(?m)^(qmgr\\s.*\\s)qmgr$", "$1oqmgr")).start()) {
            assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", user + "@localhost",
                    "Subject: old\n\nmail")).startsWith("250");
            instance.await("delivered", () -> instance.messages(instance.maildir(user)).size() == 1);
            instance.awaitEmptyQueue();
            assertThat(instance.logText()).contains("postfix/oqmgr[").doesNotContain("postfix/qmgr[");
        }
    }
}
