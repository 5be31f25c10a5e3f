package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Mail that can't be delivered comes back to its sender, or to the postmaster, and never goes in circles. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class ReturnedMailTest {
    private static final String TRANSPORTS = "inline:{ {fails.test = error:5.1.1 nobody here}, {late.test = retry:4.3.0 later} }";

    private final String user = System.getProperty("user.name");

    @TempDir
    Path folder;

    private Instance instance() throws Exception {
        return new Instance(folder).set("transport_maps", TRANSPORTS).set("minimal_backoff_time", "1s")
                .set("maximal_backoff_time", "1s").set("queue_run_delay", "1s");
    }

    private static String onlyLetter(Instance instance, String user) throws Exception {
        instance.await("returned", () -> instance.messages(instance.maildir(user)).size() == 1);
        return Files.readString(instance.messages(instance.maildir(user)).getFirst());
    }

    @Test
    void aFailureIsReturned() throws Exception {
        try (Instance instance = instance().start()) {
            instance.run("Subject: lost\n\nbody\n", "bin/sendmail", "-f", user + "@localhost", "x@fails.test");
            assertThat(onlyLetter(instance, user)).startsWith("Return-Path: <>\n").contains(
                    "To: " + user + "@localhost\n", "Content-Type: multipart/report; report-type=delivery-status;",
                    "<x@fails.test>: nobody here\n", "\nAction: failed\nStatus: 5.1.1\n", "\nSubject: lost\n",
                    "\nbody\n");
            instance.awaitLog("sender non-delivery notification: ");
            instance.awaitEmptyQueue();
        }
    }

    @Test
    void whatIsTooOldIsReturned() throws Exception {
        try (Instance instance = instance().set("maximal_queue_lifetime", "2s").start()) {
            instance.run("Subject: late\n\nbody\n", "bin/sendmail", "-f", user + "@localhost", "x@late.test");
            assertThat(onlyLetter(instance, user)).containsOnlyOnce("<x@late.test>: later\n")
                    .containsOnlyOnce("Final-Recipient: rfc822; x@late.test\n");
            instance.awaitLog("status=expired, returned to sender");
            instance.awaitEmptyQueue();
        }
    }

    @Test
    void whatAnAdministratorLetsExpireIsReturnedUntried() throws Exception {
        try (Instance instance = instance().set("minimal_backoff_time", "1000s").set("maximal_backoff_time", "1000s")
                .start()) {
            instance.run("Subject: late\n\nbody\n", "bin/sendmail", "-f", user + "@localhost", "x@late.test");
            instance.awaitLog("to=<x@late.test>, relay=none");
            instance.await("deferred", () -> !instance.queued("deferred").isEmpty());
            assertThat(instance.run("", "bin/postsuper", "-e", "ALL").text())
                    .isEqualTo("postsuper: Force-expired: 1 message\n");
            instance.run("", "bin/postqueue", "-f");
            assertThat(onlyLetter(instance, user)).containsOnlyOnce("<x@late.test>: later\n");
            instance.awaitLog("status=force-expired, returned to sender");
            instance.awaitEmptyQueue();
            assertThat(instance.logText()).containsOnlyOnce("to=<x@late.test>");
        }
    }

    @Test
    void whatWasNeverTriedSaysWhoLetItExpire() throws Exception {
        Path checks = Files.writeString(folder.resolve("checks"), "/^Subject: held/ HOLD\n");
        try (Instance instance = instance().set("header_checks", "regexp:" + checks).start()) {
            instance.run("Subject: held\n\nbody\n", "bin/sendmail", "-f", user + "@localhost", user + "@localhost");
            instance.awaitLog("hold: header Subject: held");
            assertThat(instance.run("", "bin/postsuper", "-f", "ALL").text())
                    .isEqualTo("postsuper: Force-expired: 1 message\npostsuper: Released from hold: 1 message\n");
            instance.run("", "bin/postqueue", "-f");
            assertThat(onlyLetter(instance, user))
                    .contains("<" + user + "@localhost>: message is administratively expired\n", "\nStatus: 4.7.0\n");
            instance.awaitEmptyQueue();
        }
    }

    @Test
    void aReturnThatFailsGoesToThePostmasterAndNoFurther() throws Exception {
        try (Instance instance = instance().set("notify_classes", "2bounce")
                .set("2bounce_notice_recipient", "postmaster@fails.test").start()) {
            instance.run("Subject: x\n\nbody\n", "bin/sendmail", "-f", "nobody@fails.test", "x@fails.test");
            instance.awaitLog("postmaster non-delivery notification: ");
            instance.awaitLog("undeliverable postmaster notification discarded");
            instance.awaitEmptyQueue();
        }
    }
}
