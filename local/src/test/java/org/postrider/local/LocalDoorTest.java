package org.postrider.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.Inodes;
import org.postrider.common.testing.TextMessage;

class LocalDoorTest {
    @TempDir
    Path folder;

    private LocalRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new LocalRig(folder);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    @Test
    void aUserGetsMailInTheSpoolDirectory() throws IOException {
        assertThat(rig.deliver("Joe@example.org")).isFalse();
        assertThat(Files.readString(rig.mailbox("joe"))).matches("(?s)From sender@example\\.com  .*\n"
                + "Return-Path: <sender@example\\.com>\nX-Original-To: Joe@example\\.org\n"
                + "Delivered-To: Joe@example\\.org\nSubject: test\n\nbody\n\n");
        assertThat(rig.message.done()).containsExactly(100L);
    }

    @Test
    void homeMailboxMayBeAMaildir() throws IOException {
        rig.homeMailbox = "Maildir/";
        rig.deliver("joe@example.org");
        assertThat(files(rig.home("joe").resolve("Maildir/new"))).hasSize(1);
    }

    @Test
    void aSpoolDirectoryThatEndsInASlashHoldsMaildirs() throws IOException {
        rig.spoolSuffix = "/";
        rig.deliver("joe@example.org");
        assertThat(files(rig.mailbox("joe").resolve("new"))).hasSize(1);
    }

    @Test
    void anUnknownUserBounces() {
        assertThat(rig.deliver("nobody-here@example.org")).isFalse();
        assertThat(rig.kept)
                .containsExactly("BOUNCE nobody-here@example.org 5.1.1 unknown user: \"nobody-here\"");
        assertThat(rig.message.done()).containsExactly(100L);
    }

    @Test
    void postmasterWithoutAnAliasIsDiscarded() {
        assertThat(rig.deliver("postmaster@example.org")).isFalse();
        assertThat(rig.kept).isEmpty();
    }

    @Test
    void anAliasLeadsToUsersHereAndAddressesElsewhere() throws IOException {
        rig.aliases.put("staff", "joe ann, away@example.net, \"Far Away\" <far@example.net>");
        assertThat(rig.deliver("staff@example.org")).isFalse();
        assertThat(rig.mailbox("joe")).exists();
        assertThat(rig.mailbox("ann")).exists();
        assertThat(rig.forwarded).containsExactly(
                "sender@example.com -> [away@example.net, far@example.net] staff@example.org");
        assertThat(Files.readString(rig.mailbox("joe"))).contains("X-Original-To: staff@example.org\n")
                .contains("Delivered-To: staff@example.org\n");
    }

    @Test
    void whatIsNamedTwiceGetsOneCopy() throws IOException {
        rig.aliases.put("staff", "joe, team, joe@example.org, x@example.net, X@example.net");
        rig.aliases.put("team", "joe");
        rig.deliver("staff@example.org");
        assertThat(Files.readString(rig.mailbox("joe")).split("Subject: test")).hasSize(2);
        assertThat(rig.forwarded).containsExactly("sender@example.com -> [x@example.net] staff@example.org");
    }

    @Test
    void anAliasMayNameItself() {
        rig.aliases.put("joe", "joe, away@example.net");
        assertThat(rig.deliver("joe@example.org")).isFalse();
        assertThat(rig.mailbox("joe")).exists();
        assertThat(rig.forwarded).hasSize(1);
    }

    @Test
    void aBackslashGoesStraightToTheMailbox() {
        rig.aliases.put("joe", "\\joe, ann");
        rig.deliver("joe@example.org");
        assertThat(rig.mailbox("joe")).exists();
        assertThat(rig.mailbox("ann")).exists();
    }

    @Test
    void aCircleOfAliasesEnds() {
        rig.aliases.put("one", "two");
        rig.aliases.put("two", "one");
        assertThat(rig.deliver("one@example.org")).isFalse();
        assertThat(rig.kept).containsExactly("BOUNCE one@example.org 5.4.6 alias database loop for one");
    }

    @Test
    void aCircleThatBeginsElsewhereIsNotLost() {
        rig.aliases.put("one", "two");
        rig.aliases.put("two", "one");
        assertThat(rig.deliver("one@localhost")).isFalse();
        assertThat(rig.kept).containsExactly("BOUNCE two@example.org 5.4.6 alias database loop for two");
    }

    @Test
    void aListOfAnAliasThatNamesItself() {
        rig.aliases.put("list", "joe");
        rig.aliases.put("joe", "joe, away@example.net");
        assertThat(rig.deliver("list@example.org")).isFalse();
        assertThat(rig.mailbox("joe")).exists();
        assertThat(rig.forwarded).hasSize(1);
        assertThat(rig.kept).isEmpty();
    }

    @Test
    void aFileThatIsAProgramOrClosedBounces() throws IOException {
        Path program = Files.createFile(folder.resolve("program"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
        rig.aliases.put("robot", program.toString());
        rig.aliases.put("box", folder.toString());
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(rig.deliver("robot@example.org", "box@example.org")).isFalse();
        assertThat(rig.kept).containsExactly(
                "BOUNCE robot@example.org 5.7.1 cannot append message to file " + program + ": file is executable",
                "BOUNCE box@example.org 5.2.0 cannot append message to file " + folder
                        + ": cannot open file: Is a directory");
    }

    @Test
    void anOwnerAliasTakesTheProblems() throws IOException {
        rig.aliases.put("list", "joe, away@example.net");
        rig.aliases.put("owner-list", "ann");
        rig.deliver("list@example.org");
        assertThat(rig.forwarded).containsExactly(
                "owner-list@example.org -> [joe@example.org, away@example.net] list@example.org");
        assertThat(rig.mailbox("joe")).doesNotExist();
    }

    /** reset_owner_alias: what comes out of the inner alias is delivered at once; its sender stays the owner. */
    @Test
    void anInnerAliasWithoutOwnerKeepsTheOwnerOrNot() throws IOException {
        rig.aliases.put("list", "sub");
        rig.aliases.put("owner-list", "ann");
        rig.aliases.put("sub", "joe");
        rig.deliver("list@example.org");
        assertThat(rig.forwarded).containsExactly("owner-list@example.org -> [joe@example.org] list@example.org");
        rig.forwarded.clear();
        rig.resetOwner = true;
        rig.deliver("list@example.org");
        assertThat(rig.forwarded).isEmpty();
        assertThat(Files.readString(rig.mailbox("joe"))).startsWith("From owner-list@example.org  ");
    }

    @Test
    void aBrokenAliasTableDefers() {
        rig.aliases.put("joe", "BROKEN");
        assertThat(rig.deliver("joe@example.org")).isTrue();
        assertThat(rig.kept).containsExactly("DEFER joe@example.org 4.3.0 alias database unavailable");
        assertThat(rig.mailbox("joe")).doesNotExist();
    }

    @Test
    void anAliasMayNameAFileAndACommand() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path box = Files.createFile(out.resolve("box"));
        Files.setPosixFilePermissions(box, PosixFilePermissions.fromString("rw-rw-rw-"));
        rig.aliases.put("robot",
                box + ", \"|cat >" + out + "/command; echo $RECIPIENT $SENDER >>" + out + "/command\"");
        assertThat(rig.deliver("robot@example.org")).isFalse();
        assertThat(rig.kept).isEmpty();
        assertThat(Files.readString(box)).startsWith("From sender@example.com  ").endsWith("body\n\n");
        assertThat(Files.readString(out.resolve("command"))).startsWith("From sender@example.com  ")
                .endsWith("body\nrobot@example.org sender@example.com\n");
    }

    @Test
    void aCommandsFailureIsTheRecipients() {
        rig.aliases.put("robot", "\"|echo go away; exit 77\"");
        assertThat(rig.deliver("robot@example.org")).isFalse();
        assertThat(rig.kept)
                .containsExactly("BOUNCE robot@example.org 5.7.0 permission denied. Command output: go away ");
    }

    @Test
    void nothingIsForwardedWhileSomethingRemains() {
        rig.aliases.put("robot", "\"|exit 75\", away@example.net");
        assertThat(rig.deliver("robot@example.org")).isTrue();
        assertThat(rig.forwarded).isEmpty();
        assertThat(rig.message.done()).isEmpty();
    }

    @Test
    void aFailedForwardingDefers() {
        rig.forwardingFails = true;
        rig.aliases.put("away", "away@example.net");
        assertThat(rig.deliver("away@example.org")).isTrue();
        assertThat(rig.kept).containsExactly("DEFER away@example.org 4.3.0 error forwarding message");
    }

    @Test
    void anIncludeFileIsForwardedAndMayNotRunCommands() throws IOException {
        Path list = Files.writeString(folder.resolve("list"), "# members\njoe, away@example.net\n\n\"|id\"\n");
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        rig.aliases.put("list", ":include:" + list);
        assertThat(rig.deliver("list@example.org")).isFalse();
        assertThat(rig.kept).containsExactly("BOUNCE list@example.org 5.7.1 mail to command is restricted");
        assertThat(rig.forwarded)
                .containsExactly("sender@example.com -> [joe@example.org, away@example.net] list@example.org");
    }

    @Test
    void anIncludeFileThatIsMissingBounces() {
        rig.aliases.put("list", ":include:" + folder + "/none");
        assertThat(rig.deliver("list@example.org")).isFalse();
        assertThat(rig.kept).containsExactly("BOUNCE list@example.org 5.3.5 mail system configuration error");
    }

    @Test
    void aForwardFileLeadsAwayAndMayKeepACopy() throws IOException {
        Files.writeString(rig.home("joe").resolve(".forward"), "away@example.net, \\joe\n");
        assertThat(rig.deliver("joe@example.org")).isFalse();
        assertThat(rig.forwarded).containsExactly("sender@example.com -> [away@example.net] joe@example.org");
        assertThat(rig.mailbox("joe")).exists();
    }

    @Test
    void aForwardFileThatNamesItsUserOrAnother() throws IOException {
        Files.writeString(rig.home("joe").resolve(".forward"), "joe\nann\n");
        rig.deliver("joe@example.org");
        assertThat(rig.mailbox("joe")).exists();
        assertThat(rig.mailbox("ann")).doesNotExist();
        assertThat(rig.forwarded).containsExactly("sender@example.com -> [ann@example.org] joe@example.org");
    }

    @Test
    void anExtensionHasItsOwnForwardFile() throws IOException {
        Files.writeString(rig.home("joe").resolve(".forward"), "plain@example.net\n");
        Files.writeString(rig.home("joe").resolve(".forward+list"), "list@example.net\n");
        rig.deliver("joe+list@example.org");
        rig.deliver("joe+other@example.org");
        assertThat(rig.forwarded).containsExactly(
                "sender@example.com -> [list@example.net] joe+list@example.org",
                "sender@example.com -> [plain@example.net] joe+other@example.org");
    }

    @Test
    void anEmptyForwardFileMeansTheMailbox() throws IOException {
        Files.writeString(rig.home("joe").resolve(".forward"), "\n");
        rig.deliver("joe@example.org");
        assertThat(rig.mailbox("joe")).exists();
    }

    @Test
    void aForwardFileThatAnybodyCanWriteIsNotUsed() throws IOException {
        Path file = Files.writeString(rig.home("joe").resolve(".forward"), "away@example.net\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        rig.deliver("joe@example.org");
        assertThat(rig.forwarded).isEmpty();
        assertThat(rig.mailbox("joe")).exists();
    }

    @Test
    @Timeout(20)
    void aFifoForAForwardOrIncludeFileHoldsNobodyUp() throws IOException {
        Inodes.makeFifo(rig.home("joe").resolve(".forward"), 0600);
        rig.deliver("joe@example.org");
        assertThat(rig.mailbox("joe")).exists();
        Path fifo = folder.resolve("fifo");
        Inodes.makeFifo(fifo, 0644);
        rig.aliases.put("list", ":include:" + fifo);
        rig.deliver("list@example.org");
        assertThat(rig.kept).containsExactly("BOUNCE list@example.org 5.3.5 mail system configuration error");
    }

    @Test
    void aForwardFileThatIsALinkIsNotUsed() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "away@example.net\n");
        Files.createSymbolicLink(rig.home("joe").resolve(".forward"), elsewhere);
        rig.deliver("joe@example.org");
        assertThat(rig.forwarded).isEmpty();
        assertThat(rig.mailbox("joe")).exists();
    }

    @Test
    void whatIsLookedAtIsWhatIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("forward"), "before@example.net\n");
        try (UserFile opened = UserFile.openItself(file)) {
            Files.delete(file);
            Files.writeString(file, "after@example.net\n");
            assertThat(opened.status().isRegularFile()).isTrue();
            assertThat(opened.destinations(2048)).hasToString("[Address[address=before@example.net]]");
        }
    }

    @Test
    void anAliasForTheExtensionComesFirstAndOthersPassItOn() {
        rig.aliases.put("joe+x", "x@example.net");
        rig.aliases.put("list", "away@example.net");
        rig.deliver("joe+x@example.org", "list+y@example.org");
        assertThat(rig.forwarded).containsExactly("sender@example.com -> [x@example.net] joe+x@example.org",
                "sender@example.com -> [away+y@example.net] list+y@example.org");
    }

    @Test
    void mailThatWasHereBeforeBounces() {
        rig.message = new TextMessage("Received: x\n\ty\ndelivered-to: JOE@example.org\nSubject: x\n\nx\n");
        assertThat(rig.deliver("joe@example.org")).isFalse();
        assertThat(rig.kept)
                .containsExactly("BOUNCE joe@example.org 5.4.6 mail forwarding loop for joe@example.org");
    }

    @Test
    void deliveredToInTheBodyIsNoLoop() {
        rig.message = new TextMessage("Subject: x\n\nDelivered-To: joe@example.org\n");
        rig.deliver("joe@example.org");
        assertThat(rig.kept).isEmpty();
    }

    @Test
    void luserRelayTakesWhatNobodyKnows() {
        rig.luserRelay = "catchall+$local@example.net";
        rig.deliver("strange@example.org");
        assertThat(rig.forwarded)
                .containsExactly("sender@example.com -> [catchall+strange@example.net] strange@example.org");
    }

    @Test
    void luserRelayMayBeAUserHere() throws IOException {
        rig.luserRelay = "joe";
        assertThat(rig.deliver("strange@example.org")).isFalse();
        assertThat(rig.forwarded).isEmpty();
        assertThat(Files.readString(rig.mailbox("joe"))).containsOnlyOnce("Delivered-To: strange@example.org")
                .containsOnlyOnce("Delivered-To:");
    }

    @Test
    void luserRelayThatIsUnknownItselfBounces() {
        rig.luserRelay = "nowhere";
        rig.deliver("strange@example.org");
        assertThat(rig.kept).containsExactly("BOUNCE nowhere@example.org 5.1.1 unknown user: \"nowhere\"");
    }

    @Test
    void luserRelayNeverRunsWhatTheSenderNames() {
        Path trace = folder.resolve("trace");
        rig.luserRelay = "$local@example.net";
        rig.deliver("|touch " + trace + "@example.org", "/" + trace + ",x@example.org");
        assertThat(trace).doesNotExist();
        assertThat(rig.forwarded).hasSize(2).allMatch(line -> line.startsWith("sender@example.com -> ["));
    }

    @Test
    void otherTransportsServeMailboxesOrUnknownUsers() {
        rig.fallbackTransport = "smtp:[hub.example.net]";
        rig.transports.put("ann", "lmtp:unix:/lmtp");
        rig.deliver("ann@example.org", "strange@example.org", "joe@example.org");
        assertThat(rig.handedOver).containsExactly("lmtp:unix:/lmtp ann@example.org",
                "smtp:[hub.example.net] strange@example.org");
        assertThat(rig.kept).isEmpty();
        assertThat(rig.mailbox("joe")).exists();
    }

    @Test
    void mailboxCommandGetsTheUsersEnvironment() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        rig.mailboxCommand = "echo $USER $HOME $EXTENSION >" + out + "/log";
        rig.deliver("joe+box@example.org");
        assertThat(rig.kept).isEmpty();
        assertThat(Files.readString(out.resolve("log"))).isEqualTo("joe " + rig.home("joe") + " box\n");
    }

    private void becomeNobody(String user) throws IOException {
        assumeTrue(Identity.uid() == 0, "SKIPPED, NOT ROOT: cannot deliver as another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = rig.home(user);
        Files.setAttribute(home, "unix:uid", LocalRig.NOBODY);
        rig.users.put(user, new UserAccounts.Account(user, LocalRig.NOBODY, LocalRig.NOBODY, home.toString(), ""));
    }

    @Test
    void rootMakesTheMailboxWhereOnlyRootCan() throws IOException {
        becomeNobody("joe");
        Files.setPosixFilePermissions(folder.resolve("mail"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(rig.deliver("joe@example.org")).isFalse();
        assertThat(Files.getAttribute(rig.mailbox("joe"), "unix:uid")).isEqualTo(LocalRig.NOBODY);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.mailbox("joe"))))
                .isEqualTo("rw-------");
    }

    @Test
    void theUserWritesWithTheSpoolDirectorysGroup() throws IOException {
        becomeNobody("joe");
        Files.setAttribute(folder.resolve("mail"), "unix:gid", 8);
        Files.setPosixFilePermissions(folder.resolve("mail"), PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThat(rig.deliver("joe@example.org")).isFalse();
        assertThat(Files.getAttribute(rig.mailbox("joe"), "unix:uid")).isEqualTo(LocalRig.NOBODY);
        assertThat(Files.getAttribute(rig.mailbox("joe"), "unix:gid")).isEqualTo(8);
    }

    @Test
    void aForwardFileIsReadAndItsFilesWrittenWithTheUsersRights() throws IOException {
        becomeNobody("joe");
        Files.setPosixFilePermissions(rig.home("joe"), PosixFilePermissions.fromString("rwx------"));
        Path forward = Files.writeString(rig.home("joe").resolve(".forward"), rig.home("joe") + "/Mail/, "
                + folder + "/notmine\n");
        Files.setAttribute(forward, "unix:uid", LocalRig.NOBODY);
        assertThat(rig.deliver("joe@example.org")).isFalse();
        assertThat(Files.getAttribute(rig.home("joe").resolve("Mail/new"), "unix:uid")).isEqualTo(LocalRig.NOBODY);
        assertThat(rig.kept).containsExactly("BOUNCE joe@example.org 5.2.0 cannot append message to file " + folder
                + "/notmine: cannot create file exclusively: Permission denied");
    }

    @Test
    void comsatHearsOfMailboxFilesWhereEachMessageBegins() throws IOException {
        rig.deliver("joe@example.org");
        long second = Files.size(rig.mailbox("joe"));
        rig.deliver("joe@example.org");
        assertThat(rig.newMail).containsExactly("joe@0", "joe@" + second);
        rig.homeMailbox = "Maildir/";
        rig.deliver("joe@example.org");
        assertThat(rig.newMail).hasSize(2);
    }

    @Test
    void comsatGetsOneDatagram() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(60_000);
            new Comsat(new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort())).arrived("joe",
                    42);
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            socket.receive(packet);
            assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1))
                    .isEqualTo("joe@42");
        }
    }
}
