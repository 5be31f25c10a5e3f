package org.postrider.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Master and toy daemons as real processes. */
class MasterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    @Test
    void servesOnDemandReloadsInPlaceAndStopsInOrder() throws Exception {
        try (TestInstance instance = new TestInstance(directory)) {
            instance.service(instance.port + " inet n - n - - toy").service("toy unix n - n 60 1 toy").start();
            await().atMost(PATIENCE).until(() -> instance.log().contains("daemon started -- version"));
            assertThat(Files.readString(directory.resolve("q/pid/master.pid"))).hasSize(33)
                    .endsWith(instance.master().pid() + "\n");

            try (TestInstance.Client old = instance.connect()) {
                String first = old.line();
                assertThat(first).startsWith(instance.port + " first stress= uid=");
                assertThat(instance.run("-t").waitFor()).isEqualTo(1);
                await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("q/saved/woken")));

                instance.set("mail_name", "second").reload();
                await().atMost(PATIENCE).until(() -> {
                    try (TestInstance.Client client = instance.connect()) {
                        String greeting = client.line();
                        return greeting.contains(" second ")
                                && TestInstance.pidIn(greeting) == TestInstance.pidIn(first);
                    }
                });
                assertThat(old.echo("still here")).isEqualTo("still here");
                assertThat(instance.log()).contains("reload -- version", "reload: main.cf: changed: mail_name");
            }
            instance.signal("TERM");
            assertThat(instance.hasEnded()).isTrue();
            assertThat(instance.log()).contains("terminating on signal 15").doesNotContain("warning:");
            assertThat(instance.run("-t").waitFor()).isZero();
        }
    }

    @Test
    void aSecondMasterIsRefused() throws Exception {
        try (TestInstance instance = new TestInstance(directory)) {
            instance.service(instance.port + " inet n - n - - toy").start();
            await().atMost(PATIENCE).until(() -> instance.log().contains("daemon started"));
            assertThat(instance.run("-d").waitFor()).isEqualTo(1);
            assertThat(instance.output()).contains("master: fatal: open lock file pid/master.pid: "
                    + "unable to set exclusive lock: Resource temporarily unavailable");
        }
    }

    @Test
    void aDaemonThatDiesIsStartedAgainAndOneThatCannotStartIsThrottled() throws Exception {
        try (TestInstance instance = new TestInstance(directory)) {
            instance.service(instance.port + " inet n - n - - toy").start();
            await().atMost(PATIENCE).until(() -> instance.log().contains("daemon started"));
            long pid;
            try (TestInstance.Client client = instance.connect()) {
                pid = TestInstance.pidIn(client.line());
                client.echo("!");
            }
            try (TestInstance.Client client = instance.connect()) {
                assertThat(TestInstance.pidIn(client.line())).isNotEqualTo(pid);
            }
            assertThat(instance.log()).contains("warning: process " + directory.resolve("libexec/toy") + " pid " + pid
                    + " exit status 7").doesNotContain("throttling");

            instance.set("mail_name", "bad").noServices().service(instance.port + " inet n n n - - toy").reload();
            await().atMost(PATIENCE).until(() -> instance.log().contains("reload --"));
            try (TestInstance.Client client = instance.connect()) {
                await().atMost(PATIENCE).until(() -> instance.log().contains("toy: bad command startup -- throttling"));
                assertThat(instance.log()).contains("fatal: bad mail_name: bad");
                instance.set("mail_name", "good").noServices().service(instance.port + " inet n - n - - toy").reload();
                assertThat(client.line()).contains(" good ");
            }
        }
    }

    @Test
    void anIdleDaemonLeavesAndTheNextClientStartsAnother() throws Exception {
        try (TestInstance instance = new TestInstance(directory)) {
            instance.set("max_idle", "1s").service(instance.port + " inet n - n - - toy").start();
            await().atMost(PATIENCE).until(() -> instance.log().contains("daemon started"));
            long pid;
            try (TestInstance.Client client = instance.connect()) {
                pid = TestInstance.pidIn(client.line());
            }
            await().atMost(PATIENCE).until(() -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
            try (TestInstance.Client client = instance.connect()) {
                assertThat(TestInstance.pidIn(client.line())).isNotEqualTo(pid);
            }
            assertThat(instance.log()).doesNotContain("warning:");
        }
    }

    @Test
    void daemonsLeaveWhenMasterIsKilledAndTheNextMasterWaitsForThem() throws Exception {
        try (TestInstance instance = new TestInstance(directory)) {
            instance.service(instance.port + " inet n - n - - toy").start();
            await().atMost(PATIENCE).until(() -> instance.log().contains("daemon started"));
            try (TestInstance.Client client = instance.connect()) {
                long pid = TestInstance.pidIn(client.line());
                instance.signal("KILL");
                instance.hasEnded();
                assertThat(client.echo("still here")).isEqualTo("still here");
                instance.start();
                try (TestInstance.Client next = connectWhenReady(instance)) {
                    assertThat(TestInstance.pidIn(next.line())).isNotEqualTo(pid);
                }
                assertThat(client.line()).isNull();
                assertThat(instance.log()).contains("waiting for processes of a master that has gone")
                        .doesNotContain("starting anyway");
            }
        }
    }

    @Test
    void atTheLimitTheAdministratorIsWarnedAndStressBegins() throws Exception {
        try (TestInstance instance = new TestInstance(directory)) {
            instance.service(instance.port + " inet n - n - 2 toy").start();
            await().atMost(PATIENCE).until(() -> instance.log().contains("daemon started"));
            try (TestInstance.Client one = instance.connect(); TestInstance.Client two = instance.connect()) {
                assertThat(one.line()).contains("stress= ");
                assertThat(two.line()).isNotEmpty();
                await().atMost(PATIENCE).until(() -> instance.log().contains("service \"" + instance.port + "\" ("
                        + instance.port + ") has reached its process limit \"2\": new clients may experience"));
            }
            await().atMost(PATIENCE).until(() -> {
                try (TestInstance.Client client = instance.connect()) {
                    return client.line().contains("stress=yes");
                }
            });
        }
    }

    @Test
    void aReloadThatADaemonCannotUseLeavesItServing() throws Exception {
        try (TestInstance instance = new TestInstance(directory)) {
            instance.service(instance.port + " inet n - n - - toy").start();
            await().atMost(PATIENCE).until(() -> instance.log().contains("daemon started"));
            String first;
            try (TestInstance.Client client = instance.connect()) {
                first = client.line();
            }
            instance.set("mail_name", "bad").reload();
            await().atMost(PATIENCE).until(() -> instance.log().contains("fatal: bad mail_name: bad"));
            try (TestInstance.Client client = instance.connect()) {
                assertThat(client.line()).isEqualTo(first);
            }
            instance.noServices().service("nonsense").reload();
            await().atMost(PATIENCE).until(() -> instance.log().contains("the former configuration stays in force"));
            try (TestInstance.Client client = instance.connect()) {
                assertThat(client.line()).isEqualTo(first);
            }
            assertThat(instance.log()).doesNotContain("throttling");
        }
    }

    @Test
    void listenersComeAndGoWithTheConfiguration() throws Exception {
        try (TestInstance instance = new TestInstance(directory); TestInstance other = new TestInstance(directory)) {
            instance.service(instance.port + " inet n - n - - toy").start();
            await().atMost(PATIENCE).until(() -> instance.log().contains("daemon started"));
            try (TestInstance.Client client = instance.connect()) {
                assertThat(client.line()).startsWith(instance.port + " ");
            }
            instance.noServices().service("127.0.0.1:" + other.port + " inet n - n - - toy").reload();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                try (TestInstance.Client client = TestInstance.connect(other.port)) {
                    return client.line().startsWith("127.0.0.1:" + other.port + " ");
                }
            });
            await().atMost(PATIENCE).until(() -> {
                try {
                    instance.connect().close();
                    return false;
                } catch (ConnectException _) {
                    return true;
                }
            });
        }
    }

    private static TestInstance.Client connectWhenReady(TestInstance instance) {
        return await().atMost(PATIENCE).ignoreExceptions().until(instance::connect, client -> true);
    }
}
