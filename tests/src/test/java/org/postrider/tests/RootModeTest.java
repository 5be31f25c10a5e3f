package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The suite as root runs it: who the daemons are, whose rights a delivery has, what ordinary users may do, chroot, and life as
 * process 1. Uses accounts that every Debian system has and writes below a folder of its own only.
 */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class RootModeTest {
    private static final String DOMAIN = "@mail.example.test";

    @TempDir
    Path folder;

    @BeforeAll
    static void needs() throws IOException {
        Prerequisites.rootMode(RootModeTest.class);
    }

    private static String owner(Path file) throws IOException {
        return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static void send(Instance instance, String recipient) throws IOException {
        assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", recipient, "Subject: x\n\nA line."))
                .startsWith("250 2.0.0 Ok: queued as ");
    }

    @Test
    void daemonsRunAsMailOwnerAndDirectoriesHavePostfixsModes() throws Exception {
        try (Instance instance = Instance.asRoot(folder).start()) {
            send(instance, "daemon" + DOMAIN);
            instance.awaitLog("relay=local,");
            for (String program : List.of("smtpd", "cleanup", "trivial-rewrite", "qmgr")) {
                assertThat(instance.daemons(program)).as(program).hasSize(1);
                assertThat(uids(instance.daemons(program).getFirst().pid())).as(program)
                        .allSatisfy(uids -> assertThat(uids).isEqualTo(uidOf("postfix")));
            }
            assertThat(uids(instance.daemons("local").getFirst().pid())).contains("0 0 0 0");
            Path queue = instance.queue();
            for (String name : List.of("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
                    "private", "saved", "trace")) {
                assertThat(owner(queue.resolve(name)) + " " + mode(queue.resolve(name))).as(name)
                        .isEqualTo("postfix rwx------");
            }
            assertThat(owner(queue) + " " + mode(queue)).isEqualTo("root rwxr-xr-x");
            assertThat(mode(queue.resolve("maildrop"))).isEqualTo("rwx-wx---");
            assertThat(mode(queue.resolve("public"))).isEqualTo("rwx--x--x");
            assertThat(owner(queue.resolve("pid"))).isEqualTo("root");
            assertThat(owner(folder.resolve("data"))).isEqualTo("postfix");
        }
    }

    /** Real, effective, saved and file-system user of every thread. */
    private static List<String> uids(long pid) throws IOException {
        try (var tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.map(RootModeTest::uids).toList();
        }
    }

    private static String uids(Path task) {
        try {
            return Files.readAllLines(task.resolve("status")).stream().filter(line -> line.startsWith("Uid:"))
                    .findFirst().orElseThrow().substring(4).strip().replace('\t', ' ');
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String uidOf(String user) throws IOException {
        for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
            if (line.startsWith(user + ":")) {
                String uid = line.split(":", -1)[2];
                return String.join(" ", uid, uid, uid, uid);
            }
        }
        throw new AssertionError(user);
    }

    private Instance.Outcome postmap(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(Instance.IMAGE.resolve("bin/postmap").toString(), "-c",
                folder.toString()));
        line.addAll(List.of(arguments));
        return Instance.outcome(new ProcessBuilder(line), "c d\n");
    }

    /** So that root writes nothing into another user's folder with root's rights; as Postfix's postmap was seen to do. */
    @Test
    void aTableBelongsToTheOwnerOfItsSource() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(folder.resolve("main.cf"));
        Path home = Files.createDirectory(folder.resolve("home"));
        Path source = Files.writeString(home.resolve("t"), "a b\n");
        Files.setAttribute(home, "unix:uid", 9);
        Files.setAttribute(source, "unix:uid", 9);
        for (String type : List.of("lmdb", "cdb")) {
            Path index = home.resolve("t." + type);
            assertThat(postmap(type + ":" + source)).isEqualTo(new Instance.Outcome(0, ""));
            assertThat(owner(index)).isEqualTo("news");
            assertThat(postmap("-o", type + ":" + source)).isEqualTo(new Instance.Outcome(0, ""));
            assertThat(owner(index)).isEqualTo(type.equals("cdb") ? "root" : "news");
            Files.delete(index);
        }
        assertThat(postmap("-i", "lmdb:" + source)).isEqualTo(new Instance.Outcome(0, ""));
        assertThat(owner(home.resolve("t.lmdb"))).isEqualTo("news");
        Files.setAttribute(home, "unix:uid", 0);
        Files.delete(home.resolve("t.lmdb"));
        assertThat(postmap("lmdb:" + source)).isEqualTo(new Instance.Outcome(1,
                "postmap: fatal: open database " + source + ".lmdb: Permission denied\n"));
    }

    @Test
    void everyDeliveryHasTheRightsOfItsRecipient() throws Exception {
        Instance instance = Instance.asRoot(folder);
        Path out = instance.writable("out");
        Files.writeString(folder.resolve("conf/aliases"), """
                command: "|id -un > %1$s/command"
                file: %1$s/file
                dir: %1$s/maildir/
                list: :include:%2$s/conf/list
                """.formatted(out, folder));
        Files.writeString(folder.resolve("conf/list"), "bin\nsys, \n");
        Path forward = Files.createDirectories(folder.resolve("forward")).resolve("games");
        Files.writeString(forward, "\\games, \"|id -un > " + out + "/forward\"\n");
        Files.setAttribute(forward, "unix:uid", 5);
        try (instance) {
            instance.set("alias_maps", "texthash:" + folder + "/conf/aliases")
                    .set("mail_spool_directory", folder + "/mail")
                    .set("forward_path", folder + "/forward/$user")
                    .set("virtual_mailbox_domains", "virtual.test").set("virtual_mailbox_base", out.toString())
                    .set("virtual_mailbox_maps", "static:virtual/").set("virtual_minimum_uid", "1")
                    .set("virtual_uid_maps", "static:9").set("virtual_gid_maps", "static:9")
                    .set("transport_maps", "inline:{pipe.test=filter:}")
                    .service("filter unix - n n - - pipe user=daemon argv=/bin/sh -c {id -un > " + out + "/pipe}")
                    .start();
            for (String recipient : List.of("daemon" + DOMAIN, "command" + DOMAIN, "file" + DOMAIN, "dir" + DOMAIN,
                    "list" + DOMAIN, "games" + DOMAIN, "x@virtual.test", "x@pipe.test")) {
                send(instance, recipient);
            }
            instance.awaitEmptyQueue();
            for (String user : List.of("daemon", "bin", "sys", "games")) {
                Path mailbox = folder.resolve("mail").resolve(user);
                assertThat(owner(mailbox) + " " + mode(mailbox)).isEqualTo(user + " rw-------");
                assertThat(Files.readString(mailbox)).startsWith("From a@example.test ").contains("A line.");
            }
            assertThat(Files.readString(out.resolve("command"))).isEqualTo("nobody\n");
            assertThat(Files.readString(out.resolve("forward"))).isEqualTo("games\n");
            assertThat(Files.readString(out.resolve("pipe"))).isEqualTo("daemon\n");
            assertThat(owner(out.resolve("file")) + " " + mode(out.resolve("file"))).isEqualTo("nobody rw-------");
            Path inMaildir = instance.messages(out.resolve("maildir")).getFirst();
            assertThat(owner(inMaildir) + " " + mode(inMaildir)).isEqualTo("nobody rw-------");
            Path virtual = instance.messages(out.resolve("virtual")).getFirst();
            assertThat(owner(virtual) + " " + mode(virtual)).isEqualTo("news rw-------");
            assertThat(mode(out.resolve("virtual/new"))).isEqualTo("rwx------");
        }
    }

    @Test
    void ordinaryUsersSubmitAndListsSayWhoMay() throws Exception {
        try (Instance instance = Instance.asRoot(folder).set("authorized_submit_users", "!games, static:all")
                .set("authorized_mailq_users", "!games, static:all").set("authorized_flush_users", "root").start()) {
            Instance.Outcome submitted = instance.runAs("nobody", "Subject: mine\n\nbody\n", "bin/sendmail", "-i",
                    "daemon");
            assertThat(submitted).isEqualTo(new Instance.Outcome(0, ""));
            instance.await("delivered", () -> instance.messages(instance.maildir("daemon")).size() == 1);
            Path message = instance.messages(instance.maildir("daemon")).getFirst();
            assertThat(owner(message)).isEqualTo("daemon");
            assertThat(Files.readString(message)).contains("(Postrider, from userid 65534)").contains("Subject: mine");
            assertThat(instance.logText()).contains("uid=65534 from=<nobody>");
            assertThat(instance.runAs("nobody", "", "bin/mailq").status()).isZero();
            instance.awaitEmptyQueue();

            String games = "User games(5) is not allowed to ";
            for (List<String> way : List.of(List.of("bin/sendmail", "-i", "daemon"), List.of("bin/sendmail", "-bs"))) {
                assertThat(instance.runAs("games", "Subject: x\n\n" + "y\n".repeat(100_000), way.getFirst(),
                        way.subList(1, way.size()).toArray(String[]::new)))
                        .isEqualTo(new Instance.Outcome(75, "sendmail: fatal: " + games + "submit mail\n"));
            }
            for (String option : List.of("-p", "-j")) {
                assertThat(instance.runAs("games", "", "bin/postqueue", option)).isEqualTo(
                        new Instance.Outcome(69, "postqueue: fatal: " + games + "view the mail queue\n"));
            }
            for (List<String> options : List.of(List.of("-f"), List.of("-i", "ABCDEF"), List.of("-s", "x.test"))) {
                assertThat(instance.runAs("games", "", "bin/postqueue", options.toArray(String[]::new))).isEqualTo(
                        new Instance.Outcome(69, "postqueue: fatal: " + games + "flush the mail queue\n"));
            }
            assertThat(instance.run("", "bin/postqueue", "-f").status()).isZero();
            assertThat(instance.runAs("postfix", "", "bin/postqueue", "-f").status()).isZero();
            assertThat(instance.queued("maildrop")).isEmpty();
        }
    }

    @Test
    void theLogBelongsToRootAndOutlivesAReload() throws Exception {
        try (Instance instance = Instance.asRoot(folder).start()) {
            send(instance, "daemon" + DOMAIN);
            instance.awaitEmptyQueue();
            assertThat(owner(instance.log()) + " " + owner(instance.log().getParent())).isEqualTo("root root");
            ProcessHandle postlogd = instance.daemons("postlogd").getFirst();
            instance.reload();
            instance.await("postlogd has left", () -> !postlogd.isAlive());
            send(instance, "daemon" + DOMAIN);
            instance.await("logged", () -> instance.count(": removed") == 2);
            assertThat(instance.logText()).doesNotContain("fatal:").doesNotContain("open logfile");
        }
    }

    @Test
    void aWholeMessageGoesThroughChrootedServices() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Instance far = Instance.asRoot(Files.createDirectories(folder.resolve("far")))
                .set("mydestination", "far.test").start();
                Instance instance = Instance.asRoot(Files.createDirectories(folder.resolve("near")))
                        .set("relayhost", "[127.0.0.1]:" + far.smtpPort())
                        .masterCf(RootModeTest::debianStyle).start()) {
            send(instance, "daemon" + DOMAIN);
            send(instance, "nobody@far.test");
            assertThat(instance.runAs("nobody", "Subject: x\n\nx\n", "bin/sendmail", "no-such-user").status()).isZero();
            instance.awaitLog("status=bounced (unknown user: \"no-such-user\")");
            instance.awaitLog("sender non-delivery notification: ");
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir("daemon"))).hasSize(1);
            far.await("relayed", () -> far.messages(far.maildir("nobody")).size() == 1);
            for (String program : List.of("smtpd", "cleanup", "trivial-rewrite", "bounce", "pickup")) {
                assertThat(Path.of("/proc/" + instance.daemons(program).getFirst().pid() + "/root").toRealPath())
                        .as(program).isEqualTo(instance.queue().toRealPath());
            }
            assertThat(instance.logText()).doesNotContain("fatal:").doesNotContain("failed:");
            assertThat(instance.run("", "bin/mailq").text()).isEqualTo("Mail queue is empty\n");
        }
    }

    @Test
    void chrootedServicesAskTablesThatOnlyRootSeesAndNoticeEdits() throws Exception {
        Instance instance = Instance.asRoot(folder);
        Path tables = Files.createDirectories(folder.resolve("tables"));
        Files.setPosixFilePermissions(tables, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(tables.resolve("networks"), "127.0.0.0/8\n");
        Files.writeString(tables.resolve("access"), "banned@mail.example.test REJECT not here\n");
        Files.writeString(tables.resolve("aliases"), "one@mail.example.test daemon@mail.example.test\n");
        Files.writeString(tables.resolve("checks"), "/^Subject: bad/ REJECT bad subject\n");
        Files.writeString(tables.resolve("transport"), "gone.test error:5.1.2 no such place\n");
        instance.set("mynetworks", tables + "/networks")
                .set("smtpd_recipient_restrictions", "check_recipient_access lmdb:" + tables + "/access")
                .set("virtual_alias_maps", "texthash:" + tables + "/aliases")
                .set("header_checks", "pcre:" + tables + "/checks")
                .set("transport_maps", "hash:" + tables + "/transport")
                .masterCf(RootModeTest::debianStyle).configure();
        for (String table : List.of("lmdb:" + tables + "/access", "hash:" + tables + "/transport")) {
            assertThat(instance.run("", "bin/postmap", table)).isEqualTo(new Instance.Outcome(0, ""));
        }
        try (instance) {
            instance.start();
            assertThat(recipient(instance, "banned" + DOMAIN)).startsWith("554 5.7.1 ").contains("not here");
            send(instance, "one" + DOMAIN);
            assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", "one" + DOMAIN,
                    "Subject: bad\n\nx")).startsWith("550 5.7.1 bad subject");
            assertThat(recipient(instance, "x@gone.test")).startsWith("550 5.1.2 ").contains("no such place");

            Files.writeString(tables.resolve("access"), "other@mail.example.test REJECT nor here\n");
            assertThat(instance.run("", "bin/postmap", "lmdb:" + tables + "/access").status()).isZero();
            instance.await("an index that is changed in place", () -> recipient(instance, "other" + DOMAIN)
                    .contains("nor here"));
            replace(tables.resolve("aliases"), "two@mail.example.test daemon@mail.example.test\n");
            replace(tables.resolve("checks"), "/^Subject: worse/ REJECT worse subject\n");
            instance.awaitLog("table " + tables + "/aliases has changed -- restarting");
            // Until every process has noticed, messages come back to their sender.
            instance.await("replaced patterns", () -> SmtpClient.deliver(instance.smtpPort(), "daemon" + DOMAIN,
                    "two" + DOMAIN, "Subject: worse\n\nx").startsWith("550 5.7.1 worse subject"));
            instance.await("replaced addresses", () -> {
                boolean _ = SmtpClient.deliver(instance.smtpPort(), "daemon" + DOMAIN, "two" + DOMAIN, "\nx").isEmpty();
                return instance.count("to=<daemon" + DOMAIN + ">, orig_to=<two" + DOMAIN + '>') > 0;
            });
            instance.set("smtpd_recipient_restrictions", "check_recipient_access texthash:" + tables + "/more")
                    .configure();
            Files.writeString(tables.resolve("more"), "third@mail.example.test REJECT new table\n");
            instance.reload();
            instance.await("a table that is new", () -> recipient(instance, "third" + DOMAIN).contains("new table"));
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir("daemon"))).hasSizeGreaterThanOrEqualTo(2);
            assertThat(instance.logText()).doesNotContain("fatal:").doesNotContain("Permission denied")
                    .doesNotContain("No such file");
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Path other = Files.writeString(Path.of(file + ".new"), text);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The reply to RCPT TO. */
    private static String recipient(Instance instance, String address) throws IOException {
        try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
            return client.command("RCPT TO:<" + address + ">");
        }
    }

    /** Root becomes the owner of the source: it neither leaves files that the owner can't change, nor follows his links as root. */
    @Test
    void anIndexBelongsToTheOwnerOfItsSource() throws Exception {
        Instance instance = Instance.asRoot(folder);
        instance.configure();
        Path games = Files.createDirectories(folder.resolve("games"));
        Path source = Files.writeString(games.resolve("t"), "a: b\n");
        for (Path path : List.of(games, source)) {
            Files.setOwner(path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("games"));
        }
        for (String table : List.of("lmdb:" + source, "cdb:" + source)) {
            assertThat(instance.run("", "bin/postalias", table)).isEqualTo(new Instance.Outcome(0, ""));
        }
        assertThat(owner(games.resolve("t.lmdb"))).isEqualTo("games");
        assertThat(owner(games.resolve("t.cdb"))).isEqualTo("games");
        Path victim = Files.writeString(folder.resolve("victim"), "root's");
        Files.delete(games.resolve("t.lmdb"));
        Files.createSymbolicLink(games.resolve("t.lmdb"), victim);
        assertThat(instance.run("", "bin/postalias", "lmdb:" + source).status()).isNotZero();
        assertThat(Files.readString(victim)).isEqualTo("root's");
    }

    @Test
    void tablesForRootsEyesWithoutAnotherRootDirectory() throws Exception {
        Instance instance = Instance.asRoot(folder);
        Path tables = Files.createDirectories(folder.resolve("tables"));
        Path access = Files.writeString(tables.resolve("access"), "banned@mail.example.test REJECT not here\n");
        Files.setPosixFilePermissions(access, PosixFilePermissions.fromString("rw-------"));
        try (instance) {
            instance.set("smtpd_recipient_restrictions", "check_recipient_access texthash:" + access).start();
            assertThat(recipient(instance, "banned" + DOMAIN)).startsWith("554 5.7.1 ").contains("not here");
            replace(access, "other@mail.example.test REJECT nor here\n");
            Files.setPosixFilePermissions(access, PosixFilePermissions.fromString("rw-------"));
            instance.await("the edit is seen", () -> recipient(instance, "other" + DOMAIN).contains("nor here"));
            assertThat(instance.logText()).doesNotContain("fatal:");
        }
    }

    /** As Debian has it: everything chrooted that can be, and no service postdrop. */
    private static String debianStyle(String stock) {
        StringBuilder text = new StringBuilder();
        for (String line : stock.lines().toList()) {
            String[] columns = line.split("\\s+", 8);
            boolean entry = columns.length == 8 && !line.startsWith("#") && !line.startsWith(" ");
            if (entry && !List.of("qmgr", "local", "virtual", "postlogd", "proxymap").contains(columns[7])) {
                columns[4] = "y";
            }
            if (!entry || !columns[0].equals("postdrop")) {
                text.append(entry ? String.join(" ", columns) : line).append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void processOneOfAContainerServesReapsAndStopsOnSigterm() throws Exception {
        Instance instance = Instance.asRoot(folder);
        Files.writeString(folder.resolve("conf/aliases"), "orphan: \"|(sleep 0.1 &) ; exit 0\"\n");
        instance.set("alias_maps", "texthash:" + folder + "/conf/aliases").configure();
        ProcessBuilder builder = instance.command("bin/postfix", "start-fg");
        builder.command().addAll(0, List.of("unshare", "--pid", "--fork", "--mount-proc"));
        Process unshare = builder.redirectErrorStream(true).redirectOutput(folder.resolve("log/out").toFile()).start();
        try {
            instance.awaitLog("daemon started -- version");
            assertThat(Files.readString(instance.queue().resolve("pid/master.pid")).strip()).isEqualTo("1");
            send(instance, "daemon" + DOMAIN);
            send(instance, "orphan" + DOMAIN);
            instance.awaitLog("status=sent (delivered to command: ");
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir("daemon"))).hasSize(1);
            ProcessHandle first = unshare.children().findFirst().orElseThrow();
            instance.await("no zombie is left", () -> first.descendants().noneMatch(RootModeTest::isZombie));
            Instance.signal(first.pid(), "TERM");
            assertThat(unshare.waitFor(40, TimeUnit.SECONDS)).isTrue();
            assertThat(unshare.exitValue()).isZero();
            assertThat(instance.logText()).contains("terminating on signal 15");
        } finally {
            unshare.descendants().forEach(ProcessHandle::destroyForcibly);
            unshare.destroyForcibly();
        }
    }

    private static boolean isZombie(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException _) {
            return false;
        }
    }
}
