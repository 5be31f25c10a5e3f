package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator sees of waiting mail and does to it, in Debian's Postfix and in ours. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class SteeringBesidePostfixTest {
    private static final int WAITING = 5;
    private static final String HELD = "held@x.test";
    private static final Map<String, String> SETTINGS = Map.of("mail_name", "Postfix", "myhostname",
            "mx.example.test", "mydestination", "mx.example.test, x.test", "myorigin", "x.test", "luser_relay",
            "daemon@x.test", "transport_maps",
            "inline:{ {fails.test = error:5.1.1 nobody} {late.test = retry:4.3.0 later} }",
            "smtpd_recipient_restrictions", "check_recipient_access inline:{" + HELD + "=HOLD}, permit",
            "smtpd_reject_unlisted_recipient", "no", "minimal_backoff_time", "1000s", "maximal_backoff_time", "1000s");
    /** Members of postqueue -j that are ours. */
    private static final Pattern OURS = Pattern.compile(
            ", \"(dsn_status|remote_host|held_by|attempts|last_attempt|next_attempt)\": (\"[^\"]*\"|\\d+)");
    private static final Pattern STATUS = Pattern.compile("(?:from|to)=<.*status=.*");

    @TempDir
    Path folder;

    @BeforeEach
    void needs() throws IOException {
        RealPostfix.needs(SteeringBesidePostfixTest.class);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A command of one of the systems; what it printed. */
    private interface Commands {
        String run(String program, String... arguments) throws Exception;
    }

    private interface LogText {
        String read() throws IOException;
    }

    private record Mailer(int port, Path queue, LogText log, Commands commands) {}

    private static String send(int port, String sender, String... recipients) throws IOException {
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<" + sender + ">"));
            for (String recipient : recipients) {
                SmtpClient.expect("250", client.command("RCPT TO:<" + recipient + ">"));
            }
            SmtpClient.expect("354", client.command("DATA"));
            String reply = client.command("Subject: for " + recipients[0] + "\r\n\r\nbody\r\n.");
            SmtpClient.expect("250", reply);
            return reply.substring(reply.lastIndexOf(' ') + 1);
        }
    }

    private static void awaitWaiting(Instance waiting, Mailer mailer, int deferred, int held) {
        waiting.await(deferred + " deferred, " + held + " held", () -> {
            for (String queue : List.of("incoming", "active")) {
                if (NoticesBesidePostfixTest.queued(mailer.queue, queue) != 0) {
                    return false;
                }
            }
            return NoticesBesidePostfixTest.queued(mailer.queue, "deferred") == deferred
                    && NoticesBesidePostfixTest.queued(mailer.queue, "hold") == held;
        });
    }

    /** Three that wait for a reason, one of them for half of its recipients, and two that were never tried. */
    private static List<String> fill(Instance waiting, Mailer mailer) throws IOException {
        List<String> ids = new ArrayList<>();
        ids.add(send(mailer.port, "joe@x.test", "a@late.test"));
        ids.add(send(mailer.port, "joe@x.test", "b@late.test", "c@fails.test"));
        ids.add(send(mailer.port, "", "d@late.test"));
        ids.add(send(mailer.port, "joe@x.test", HELD));
        ids.add(send(mailer.port, "jane@x.test", HELD));
        awaitWaiting(waiting, mailer, 3, 2);
        return ids;
    }

    /** What the commands say, and in the end the log and the letters; ids have numbers in the order of arrival. */
    private static List<String> expire(Instance waiting, Mailer mailer, Path letters) throws Exception {
        List<String> ids = fill(waiting, mailer);
        List<String> seen = new ArrayList<>();
        seen.add(mailer.commands.run("postsuper", "-e", ids.get(0), "-e", ids.get(1), "-e", ids.get(2), "-e",
                ids.get(4), "-e", "0000A1"));
        seen.add(mailer.commands.run("postqueue", "-p"));
        seen.add(mailer.commands.run("postqueue", "-j"));
        seen.add(mailer.commands.run("postsuper", "-f", ids.get(3)));
        seen.add(mailer.commands.run("postqueue", "-f"));
        awaitWaiting(waiting, mailer, 0, 1);
        seen.add(mailer.commands.run("postsuper", "-H", ids.get(4)));
        seen.add(mailer.commands.run("postqueue", "-f"));
        awaitWaiting(waiting, mailer, 0, 0);
        waiting.await("letters", () -> waiting.messages(letters).size() == WAITING);
        for (Path letter : waiting.messages(letters)) {
            seen.add(Files.readString(letter, StandardCharsets.ISO_8859_1).lines()
                    .filter(line -> line.startsWith("Subject: ") || line.startsWith("To: ") || line.startsWith("<")
                            || line.startsWith("Action: ") || line.startsWith("Status: "))
                    .toList().toString());
        }
        STATUS.matcher(mailer.log.read()).results().map(found -> found.group()
                .replaceAll("delays?=[0-9./]+", "delay")).filter(line -> !line.contains("status=sent"))
                .forEach(seen::add);
        return seen.stream().map(text -> comparable(text, ids)).sorted().toList();
    }

    private static String comparable(String text, List<String> ids) {
        String shown = OURS.matcher(text).replaceAll("");
        for (int i = 0; i < ids.size(); i++) {
            shown = shown.replace(ids.get(i), "ID" + i);
        }
        return shown.replaceAll("\"arrival_time\": \\d+", "TIME").replaceAll(
                "(ID\\d\\S*) +(\\d+) \\w{3} \\w{3} +\\d+ [0-9:]{8} ", "$1 $2 TIME ")
                .lines().sorted().toList().toString();
    }

    @Test
    void whatIsExpiredGoesBackForTheSameReasons() throws Exception {
        List<String> theirs;
        Instance instance = Instance.asRoot(Files.createDirectories(folder.resolve("ours")));
        Path spool = folder.resolve("spool");
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), spool)) {
            SETTINGS.forEach(real::set);
            real.start();
            theirs = expire(instance, new Mailer(real.smtpPort(), spool, real::logText, real::run),
                    real.maildir("daemon"));
        }
        try (instance) {
            SETTINGS.forEach(instance::set);
            instance.start();
            assertThat(expire(instance, new Mailer(instance.smtpPort(), instance.queue(), instance::logText,
                    (program, arguments) -> instance.run("", "bin/" + program, arguments).text()),
                    instance.maildir("daemon"))).isEqualTo(theirs);
        }
    }

    private static String of(String configuration, String program, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(program, "-c", configuration));
        line.addAll(List.of(arguments));
        Instance.Outcome outcome = Instance.outcome(new ProcessBuilder(line), "");
        assertThat(outcome.status()).as(outcome.text()).isZero();
        return outcome.text();
    }

    /** Ours shows what Postfix's showq says as Postfix's own; the other way round is not for Postfix's (docs/quirks.md). */
    @Test
    void postqueueReadsTheOthersShowq() throws Exception {
        String ours = Instance.IMAGE.resolve("bin/postqueue").toString();
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("spool"));
                Instance waiting = new Instance(Files.createDirectories(folder.resolve("ours")))) {
            SETTINGS.forEach(real::set);
            real.start();
            List<String> _ = fill(waiting,
                    new Mailer(real.smtpPort(), folder.resolve("spool"), real::logText, real::run));
            String configuration = folder.resolve("real/conf").toString();
            for (String option : List.of("-p", "-j")) {
                String theirs = of(configuration, "/usr/sbin/postqueue", option);
                assertThat(theirs.lines()).hasSizeGreaterThanOrEqualTo(WAITING);
                assertThat(of(configuration, ours, option)).isEqualTo(theirs);
            }
        }
    }
}
