package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameter;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.posix.Identity;

class StrictCheckTest {
    private static final int ROUNDS = 150;
    private static final String GOOD_MAIN = "compatibility_level = 3.11\nmyhostname = mx.example.org\n"
            + "daemon_directory = DIR/programs\nqueue_directory = DIR/queue\nmail_owner = "
            + System.getProperty("user.name")
            + "\ndata_directory = DIR/data\nalias_maps =\n";
    private static final String GOOD_MASTER = "cleanup unix n - n - 0 cleanup\nrewrite unix - - n - - cleanup\n"
            + "qmgr unix n - n 300 1 cleanup\npickup unix n - n 60 1 cleanup\nbounce unix - - n - 0 cleanup\n"
            + "defer unix - - n - 0 cleanup\ntrace unix - - n - 0 cleanup\nflush unix n - n - 0 cleanup\n"
            + "showq unix n - n - - cleanup\nerror unix - - n - - cleanup\nlocal unix - n n - - cleanup\n"
            + "smtp unix - - n - - cleanup\nrelay unix - - n - - cleanup\nvirtual unix - n n - - cleanup\n";

    @TempDir
    private Path directory;

    @BeforeEach
    void makeProgram() throws IOException {
        Path programs = Files.createDirectory(directory.resolve("programs"));
        for (String name : List.of("cleanup", "smtpd")) {
            Files.createFile(programs.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
    }

    private List<Finding> check(String main, String master) throws IOException {
        Files.writeString(directory.resolve("main.cf"), (GOOD_MAIN + main).replace("DIR", directory.toString()),
                StandardCharsets.ISO_8859_1);
        Files.writeString(directory.resolve("master.cf"), GOOD_MASTER + master, StandardCharsets.ISO_8859_1);
        return StrictCheck.findings(directory, new StrictCheck.Manner(uid(), true));
    }

    private static int uid() {
        return Identity.effectiveUid();
    }

    /** The only finding: id, line, reason and advice. */
    private String only(String main, String master) throws IOException {
        return check(main, master).stream()
                .map(each -> each.kind().id() + " " + Path.of(each.file()).getFileName() + ":" + each.line() + " "
                        + each.reason() + " / " + each.advice())
                .map(text -> text.replace(directory.toString(), "DIR"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void nothingIsFoundWhereNothingIsWrong() throws IOException {
        assertThat(check("relayhost = [a]\nmine = x\nsmtpd_banner = $mine ${stress?a}\n",
                "25 inet n - n - - smtpd -o smtpd_client_restrictions=$own -o own=permit\n")).isEmpty();
    }

    @Test
    void namesAreLookedAt() throws IOException {
        assertThat(only("\nsmtpd_bannner = x\n", ""))
                .isEqualTo("unknown-parameter main.cf:9 smtpd_bannner is not a parameter / did you mean smtpd_banner?");
        assertThat(only("zzz = x\n", "")).isEqualTo("unused-parameter main.cf:8 nothing uses zzz / ");
        assertThat(only("smtpd_banner = x $myhostnam\n", ""))
                .isEqualTo("undefined-name main.cf:8 $myhostnam is not defined / did you mean $myhostname?");
        assertThat(only("smtpd_use_tls = yes\n", ""))
                .isEqualTo("deprecated-parameter main.cf:8 support for smtpd_use_tls"
                        + " will be removed / specify \"smtpd_tls_security_level\"");
        assertThat(only("relayhost = a\nrelayhost = b\n", "")).isEqualTo("repeated-parameter main.cf:8 relayhost is set"
                + " again in line 9, where it counts / remove one of them");
        assertThat(only("process_id = 5\n", ""))
                .isEqualTo("read-only-parameter main.cf:8 process_id can't be set / remove it");
        assertThat(only("relayhost = a # or b\n", ""))
                .startsWith("comment-in-value main.cf:8 # after other text in relayhost");
        assertThat(only("", "x unix - - n - - cleanup\n -o smtp_helo_timout=5 -o virtual_maps=$nope\n"))
                .isEqualTo(
                        "unknown-parameter master.cf:15 smtp_helo_timout is not a parameter / did you mean smtp_helo_timeout?\n"
                                + "deprecated-parameter master.cf:15 support for virtual_maps will be removed / specify"
                                + " \"virtual_alias_maps\"\nundefined-name master.cf:15 $nope is not defined / ");
    }

    @Test
    void valuesAreTried() throws IOException {
        assertThat(only("smtpd_timeout = ${stress?{5x}:{300s}}\n", ""))
                .isEqualTo("bad-value main.cf:8 parameter smtpd_timeout: bad time value or unit: 5x / ");
        assertThat(only("", "25 inet n - n - - smtpd -o hopcount_limit=0\n"))
                .isEqualTo("bad-value master.cf:15 invalid hopcount_limit parameter value 0 < 1 / ");
        assertThat(only("biff = ${mydomain\n", "")).startsWith("bad-value main.cf:8 truncated macro reference");
        assertThat(only("compatibility_level = 3.9\n", "")).contains(
                "legacy-default main.cf:8 using backwards-compatible default setting smtp_tls_security_level= / ");
    }

    @Test
    void linesThatCantBeReadAreAllNamed() throws IOException {
        assertThat(only("garbage\n= x\n", "short unix -\nbad what - - n - - cleanup\n")).isEqualTo("""
                syntax main.cf:8 missing '=' after attribute name: "garbage" /\s
                syntax main.cf:9 missing attribute name: "= x" /\s
                syntax master.cf:15 bad field count /\s
                syntax master.cf:16 invalid type field "what" in "bad what - - n - - cleanup" /\s""");
        Files.writeString(directory.resolve("main.cf"), "# text\n  x = y\n");
        assertThat(StrictCheck.findings(directory, new StrictCheck.Manner(uid(), true)).stream()
                .filter(each -> each.line() == 2)
                .map(each -> each.kind().id())).containsExactly("syntax");
        Files.delete(directory.resolve("main.cf"));
        assertThat(StrictCheck.findings(directory, new StrictCheck.Manner(uid(), true)).getFirst().reason())
                .isEqualTo("open " + directory + "/main.cf: No such file or directory");
    }

    @Test
    void aStrangerMustNotRelay() throws IOException {
        String service = "25 inet n - n - - smtpd";
        assertThat(only("smtpd_relay_restrictions = permit_mynetworks\n", service + "\n"))
                .startsWith("open-relay main.cf:8 anybody may relay: neither");
        assertThat(only("",
                service + " -o smtpd_relay_restrictions= -o smtpd_recipient_restrictions=warn_if_reject,reject\n"))
                .startsWith("open-relay master.cf:15 anybody may relay: neither");
        assertThat(only("mynetworks = 127.0.0.1 0.0.0.0/0\n", service + "\n"))
                .isEqualTo(
                        "open-relay main.cf:8 anybody may relay: mynetworks has 0.0.0.0/0 / name the networks that are yours");
        assertThat(only(
                "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n",
                service + "\n")).isEmpty();
        assertThat(only("smtpd_sender_restrictions = permit, check_sender_access static:x\n", service + "\n"))
                .startsWith(
                        "unreachable-restriction main.cf:8 check_sender_access in smtpd_sender_restrictions stands after permit");
    }

    @Test
    void restrictionClassesAreFollowed() throws IOException {
        String service = "25 inet n - n - - smtpd\n";
        assertThat(only("smtpd_restriction_classes = mine\nmine = permit_mynetworks, reject_unauth_destination\n"
                + "smtpd_relay_restrictions = mine\n", service)).isEmpty();
        assertThat(only("smtpd_restriction_classes = mine, yours\nmine = yours\nyours = mine, permit\n"
                + "smtpd_relay_restrictions = mine, reject\n", service)).startsWith("open-relay main.cf:11 ");
        assertThat(only("smtpd_restriction_classes = mine\nmine = REJECT, permit\n", service)).isEqualTo(
                "unreachable-restriction main.cf:9 permit in mine stands after REJECT and is never reached / put REJECT at the end");
    }

    @Test
    void namesOfRestrictionsThatAreGoingAreNamed() throws IOException {
        assertThat(only("", "25 inet n - n - - smtpd -o smtpd_recipient_restrictions=check_relay_domains\n")).isEqualTo(
                "deprecated-restriction master.cf:15 support for check_relay_domains in smtpd_recipient_restrictions"
                        + " will be removed / use reject_unauth_destination");
        assertThat(only("smtpd_client_restrictions = reject_maps_rbl\n", ""))
                .startsWith("deprecated-restriction main.cf:8");
    }

    @Test
    void wordsThatAreNoRestrictionsAreNamed() throws IOException {
        assertThat(only("smtpd_restriction_classes = mine\nmine = reject_unlisted_sendr\nsmtpd_sender_restrictions ="
                + " mine, check_sender_access static:x, sleep 1, Permit_MyNetworks, hash:DIR/../x, nonsense\n", ""))
                .contains("unknown-restriction main.cf:9 reject_unlisted_sendr in mine is no restriction / did you mean"
                        + " reject_unlisted_sender?\n",
                        "unknown-restriction main.cf:10 nonsense in smtpd_sender_restrictions is no restriction / ")
                .doesNotContain("in smtpd_sender_restrictions is no restriction / did");
    }

    @Test
    void everyRestrictionOfTheServerIsKnown() throws IOException {
        String table = Files.readString(Path.of(
                "../smtpd/src/main/java/org/postrider/smtpd/RestrictionTable.java"));
        List<String> names = java.util.regex.Pattern.compile("\"((?:permit|reject|defer|check)(?:_[a-z_]+)?)\"")
                .matcher(table).results().map(match -> match.group(1))
                .filter(name -> !name.endsWith("_") && !name.equals("reject_r")).toList();
        assertThat(names).hasSizeGreaterThan(40).allMatch(RestrictionNames::isKnown);
    }

    @Test
    void directoriesOfTheQueueAreLookedAt() throws IOException {
        Path active = Files.createDirectories(directory.resolve("queue/active"));
        Files.setPosixFilePermissions(active, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(directory.resolve("queue"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(only("", "")).isEqualTo("wrong-mode active:0 should have mode 700 / postfix set-permissions");
        assertThat(only("mail_owner = nosuch\n", "")).contains("wrong-owner main.cf:4 ",
                "unknown user name value: nosuch");
        if (uid() == 0) {
            Files.setPosixFilePermissions(active, PosixFilePermissions.fromString("rwx------"));
            Files.setAttribute(active, "unix:uid", 4711);
            assertThat(only("", ""))
                    .isEqualTo("wrong-owner active:0 should belong to user id 0 / postfix set-permissions");
        }
    }

    @Test
    void serversAreAskedUnlessToldNotTo() throws IOException {
        int port;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0, 1,
                java.net.InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String main = "virtual_alias_maps = tcp:127.0.0.1:" + port + "\n";
        assertThat(only(main, "")).startsWith("broken-table main.cf:8 ");
        assertThat(StrictCheck.findings(directory, new StrictCheck.Manner(uid(), false))).isEmpty();
    }

    @Test
    void networksOfOneServiceAreNamedThere() throws IOException {
        assertThat(only("", "25 inet n - n - - smtpd -o mynetworks=0.0.0.0/0\n"))
                .startsWith("open-relay master.cf:15 anybody may relay: mynetworks has 0.0.0.0/0");
    }

    /** Made-up files, with rubbish put into them: the check ends, and every finding has its place. */
    @Test
    void whateverStandsInTheFilesIsTold() throws IOException {
        List<String> names = ParameterCatalogue.standard().parameters().stream().map(Parameter::name).toList();
        for (int seed = 0; seed < ROUNDS; seed++) {
            java.util.Random random = new java.util.Random(seed);
            SeededConfiguration made = new SeededConfiguration(seed, names,
                    name -> ParameterCatalogue.standard().find(name).orElseThrow());
            String master = spoilt(made.masterCf(), random);
            Files.writeString(directory.resolve("main.cf"), spoilt(made.mainCf(), random), StandardCharsets.ISO_8859_1);
            Files.writeString(directory.resolve("master.cf"), master, StandardCharsets.ISO_8859_1);
            assertThat(StrictCheck.findings(directory, new StrictCheck.Manner(uid(), false))).as("seed " + seed)
                    .allMatch(each -> each.file().startsWith("/") && each.line() >= 0
                            && !each.reason().isBlank());
        }
    }

    private static String spoilt(String text, java.util.Random random) {
        StringBuilder spoilt = new StringBuilder(text);
        for (int times = random.nextInt(6); times > 0; times--) {
            String rubbish = List
                    .of("\0", "\u00ff\u00fe", "${", "}", "{", "$(", "\n=\n", "\n \t", "$x$y", "hash:/\u00e9/\u00c3 ",
                            "smtpd_sender_restrictions=", "\nx y\n", "-o", "x".repeat(100_000))
                    .get(random.nextInt(14));
            spoilt.insert(random.nextInt(spoilt.length() + 1), rubbish);
        }
        return spoilt.toString();
    }

    @Test
    void functionsAreNoNames() throws IOException {
        assertThat(check("smtpd_banner = ${domain_to_ascii{$myhostname}} ${ domain_to_ascii {x} }\n", "")).isEmpty();
    }

    @Test
    void networksOfTheWholeWorldAreNamed() throws IOException {
        for (String network : List.of("0.0.0.0/1", "[::]/0", "[2000::]/3", "static:all", "128.0.0.0/1")) {
            assertThat(only("mynetworks = 127.0.0.1 " + network + "\n", "")).as(network)
                    .startsWith("open-relay main.cf:8 anybody may relay: mynetworks has " + network);
        }
        assertThat(
                only("mynetworks = 10.0.0.0/8 [fd00::]/8 [::1]/128 hash:DIR/x/7 cidr:{{1.2.3.4/7 OK}} 1.2.3.4\n", ""))
                .doesNotContain("open-relay");
    }

    @Test
    void tablesAreOpened() throws IOException {
        assertThat(only("virtual_alias_maps = hash:DIR/none\n", "")).isEqualTo(
                "missing-table main.cf:8 hash:DIR/none in virtual_alias_maps: No such file or directory / ");
        Files.writeString(directory.resolve("rules"), "/^x/ REJECT\n/(/ OK\n");
        assertThat(only("header_checks = pcre:DIR/rules\n", "")).startsWith("broken-table main.cf:8 ")
                .contains("line 2");
        Path source = Files.writeString(directory.resolve("map"), "a b\n");
        Path index = Files.createFile(directory.resolve("map.db"));
        Files.setLastModifiedTime(index, FileTime.from(Instant.ofEpochSecond(1_000_000)));
        Files.setLastModifiedTime(source, FileTime.from(Instant.ofEpochSecond(2_000_000)));
        assertThat(only("virtual_alias_maps = hash:DIR/map\n", ""))
                .isEqualTo(
                        "stale-table main.cf:8 database DIR/map.db is older than source file DIR/map / run postmap hash:DIR/map");
        Files.delete(index);
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(only("smtp_sasl_password_maps = hash:DIR/map\n", "")).isEqualTo(
                "wrong-mode main.cf:8 DIR/map in smtp_sasl_password_maps can be read by every user / chmod o-rwx DIR/map");
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-rw----"));
        assertThat(only("", "")).isEqualTo("wrong-mode map:0 group or others may write / chmod go-w DIR/map");
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r-----"));
        Files.writeString(source, "hosts = x\nhoste = y\n");
        assertThat(only("virtual_alias_maps = mysql:DIR/map\n", ""))
                .isEqualTo("unused-table-setting map:2 hoste is no setting of mysql / ");
    }

    @Test
    void everyKindOfTableIsOpenedAndAsked() throws IOException {
        Path file = Files.writeString(directory.resolve("map"), "postmaster x\nbroken\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        for (String type : List.of("hash", "btree", "texthash", "cidr", "regexp", "pcre")) {
            assertThat(only("virtual_alias_maps = proxy:" + type + ":DIR/map\n", "")).as(type)
                    .startsWith("broken-table main.cf:8 ").contains("DIR/map");
        }
        for (String type : List.of("lmdb", "cdb", "texthash", "pcre")) {
            assertThat(only("virtual_alias_maps = pipemap:{static:a," + type + ":DIR/none}\n", "")).isEqualTo(
                    "missing-table main.cf:8 " + type
                            + ":DIR/none in virtual_alias_maps: No such file or directory / ");
        }
        assertThat(only("virtual_alias_maps = hsah:DIR/map inline:x unionmap:{} randmap:{a,b} tcp:nowhere\n", ""))
                .isEqualTo("""
                        broken-table main.cf:8 unsupported dictionary type: hsah /\s
                        broken-table main.cf:8 bad syntax: "inline:x"; need "inline:{name=value...}" /\s
                        broken-table main.cf:8 bad syntax: "unionmap:{}"; need "unionmap:{type:name...}" /\s
                        broken-table main.cf:8 bad server address: "tcp:nowhere" /\s""");
    }

    @Test
    void parametersWithoutEffectAreNamed() throws IOException {
        assertThat(only("smtpd_milters = inet:127.0.0.1:9 unix:/run/milter\nnon_smtpd_milters =\nmax_use = 7\n",
                "x unix - - n - - cleanup -o smtp_dns_resolver_options=res_debug\n")).isEqualTo(
                        """
                                no-effect main.cf:8 smtpd_milters has no effect: milters are not spoken to /\s
                                no-effect master.cf:15 smtp_dns_resolver_options has no effect: names of mail servers are complete; no search list of resolv.conf is applied to them /\s""");
    }

    @Test
    void whatLooksLikeATableIsNone() throws IOException {
        assertThat(only(
                "smtpd_policy_service_default_action = inet:127.0.0.1:9 unix:/run/x\nvirtual_transport = lmtp:unix:private/x\n"
                        + "address_verify_map = btree:DIR/cache\ntls_random_source = dev:/dev/urandom\n"
                        + "smtpd_recipient_restrictions = check_policy_service unix:private/policy, reject_unauth_destination\n"
                        + "smtp_tls_session_cache_database = lmdb:DIR/sessions\n",
                "lmtp unix - - n - - cleanup\n")).isEmpty();
    }

    @Test
    void servicesMustBeThere() throws IOException {
        assertThat(only("local_transport = nosuch:x\n", "")).isEqualTo(
                "missing-service main.cf:8 local_transport names the service nosuch, which master.cf does not have / ");
        assertThat(only("address_verify_relay_transport = nope\ndefer_transports = smtp uucp\n", "")).isEqualTo(
                "missing-service main.cf:8 address_verify_relay_transport names the service nope, which master.cf does not have / \n"
                        + "missing-service main.cf:9 defer_transports names the service uucp, which master.cf does not have / ");
        assertThat(only("", "x unix - - n - - smtpd -o cleanup_service_name=mine\n")).isEqualTo(
                "missing-service master.cf:15 cleanup_service_name names the service mine, which master.cf does not have / ");
        assertThat(only("", "x unix - - n - - nosuch\n"))
                .isEqualTo("missing-program master.cf:15 no program nosuch in DIR/programs / ");
        assertThat(only("", "x unix - - n - - cleanup\nx unix - - n - 5 cleanup\n")).isEqualTo(
                "repeated-service master.cf:15 x/unix is there again in line 16, where it counts / remove one of them");
    }

    @Test
    void theOutputIsForPeopleOrPrograms() throws IOException {
        check("zzz = x\n", "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream output = new PrintStream(out, true, StandardCharsets.ISO_8859_1);
        Console console = new Console("postfix", new ByteArrayInputStream(new byte[0]), output, output, Map.of());

        assertThat(PostfixCommand.run(List.of("-c", directory.toString(), "check", "--strict"), console)).isEqualTo(2);
        assertThat(PostfixCommand.run(List.of("-c", directory.toString(), "check", "--strict", "--json"), console))
                .isEqualTo(2);
        check("", "");
        assertThat(PostfixCommand.run(List.of("-c", directory.toString(), "check", "--strict"), console)).isZero();
        check("garbage\n", "");
        assertThat(PostfixCommand.run(List.of("-c", directory.toString(), "check", "--json"), console)).isEqualTo(1);
        assertThat(PostfixCommand.run(List.of("-c", directory.toString(), "check", "--sloppy"), console)).isEqualTo(1);

        assertThat(out.toString(StandardCharsets.ISO_8859_1).replace(directory.toString(), "DIR")).isEqualTo(
                """
                        DIR/main.cf:8: warning: nothing uses zzz [unused-parameter]
                        {"id": "unused-parameter", "severity": "warning", "file": "DIR/main.cf", "line": 8, "reason": "nothing uses zzz", "advice": "", "page": "docs/checks.md#unused-parameter"}
                        {"id": "syntax", "severity": "error", "file": "DIR/main.cf", "line": 8, "reason": "missing '=' after attribute name: \\"garbage\\"", "advice": "", "page": "docs/checks.md#syntax"}
                        postfix: fatal: usage: postfix check [--strict] [--json] [--offline]
                        """);
    }

    @Test
    void everyKindIsExplained() throws IOException {
        String page = Files.readString(Path.of("..", Finding.PAGE));
        List<String> headings = page.lines().filter(line -> line.startsWith("## ")).map(line -> line.substring(3))
                .toList();
        assertThat(headings).isEqualTo(java.util.Arrays.stream(Finding.Kind.values()).map(Finding.Kind::id).toList());
    }
}
