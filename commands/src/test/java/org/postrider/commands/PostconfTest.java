package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is expected here was seen from postconf 3.7.11 on the same files, but for the places that docs/quirks.md names. */
class PostconfTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void writeFiles() throws IOException {
        main(
                """
                        # first comment
                        myorigin = x
                           # inside
                           y

                        relayhost = [x]
                        # before
                        smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_recipient_access \
                        hash:/etc/postfix/access, reject_rbl_client zen.example.org, {check_client_access  inline:{a=b,   c=d}}, permit
                        """);
        master(
                """
                        # comment
                        smtp      inet  n       -       n       -       -       smtpd
                        relay     unix  -       -       n       -       -       smtp
                                -o syslog_name=postfix/$service_name -o smtp_helo_timeout=5 -v
                        # c2
                        foo unix - - n - - pipe flags=R user=nobody argv=/bin/x {a b} ${recipient} -o z -o { x = y z}
                        verylongname_service unix - n n 60? 0 local -o a= -o { b = }
                        """);
    }

    private void main(String content) throws IOException {
        Files.writeString(directory.resolve("main.cf"), content);
    }

    private void master(String content) throws IOException {
        Files.writeString(directory.resolve("master.cf"), content);
    }

    private String main() throws IOException {
        return Files.readString(directory.resolve("main.cf"));
    }

    private String master() throws IOException {
        return Files.readString(directory.resolve("master.cf"));
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of("-c", directory.toString()));
        all.addAll(List.of(arguments));
        PrintStream output = new PrintStream(out, false, StandardCharsets.ISO_8859_1);
        Console console = new Console(
                "postconf",
                new ByteArrayInputStream(new byte[0]),
                output,
                new PrintStream(err, true, StandardCharsets.ISO_8859_1),
                Map.of());
        int status = Postconf.run(all, console);
        output.flush();
        return status;
    }

    private String out() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private String err() {
        return err.toString(StandardCharsets.ISO_8859_1).replace(directory.toString(), "DIR");
    }

    @Test
    void showsWhatIsSetOnly() {
        assertThat(run("-n")).isZero();
        assertThat(out())
                .isEqualTo("config_directory = " + directory + "\n"
                        + """
                                myorigin = x y
                                relayhost = [x]
                                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_recipient_access \
                                hash:/etc/postfix/access, reject_rbl_client zen.example.org, {check_client_access inline:{a=b, c=d}}, permit
                                """);
        assertThat(err())
                .isEqualTo("postconf: warning: DIR/master.cf: unused parameter: a=\n"
                        + "postconf: warning: DIR/master.cf: unused parameter: b=\n");
    }

    @Test
    void foldsAtEightyColumns() {
        run("-f", "smtpd_recipient_restrictions");
        assertThat(out())
                .isEqualTo(
                        """
                                smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination,
                                    check_recipient_access hash:/etc/postfix/access, reject_rbl_client
                                    zen.example.org, {check_client_access inline:{a=b, c=d}}, permit
                                """);
    }

    @Test
    void showsNamesDefaultsAndExpandedValues() throws IOException {
        main("compatibility_level = 3.6\nsmtpd_banner = $a $b\na = hello\nb = ${stress?{busy}:{idle}}\n");
        run("-hx", "smtpd_banner");
        assertThat(out()).isEqualTo("hello idle\n");
        run("-x", "-o", "stress=yes", "smtpd_banner", "smtpd_timeout");
        assertThat(out()).isEqualTo("smtpd_banner = hello busy\nsmtpd_timeout = 10s\n");
        run("-d", "relayhost", "smtpd_timeout");
        assertThat(out()).isEqualTo("relayhost =\nsmtpd_timeout = ${stress?{10}:{300}}s\n");
        run("-nH");
        assertThat(out()).isEqualTo("a\nb\ncompatibility_level\nconfig_directory\nsmtpd_banner\n");
        run("-nC", "user");
        assertThat(out()).isEqualTo("a = hello\nb = ${stress?{busy}:{idle}}\n");
        String quiet = err();
        assertThat(run("-v", "-nvC", "user")).isZero();
        assertThat(out()).isEqualTo("a = hello\nb = ${stress?{busy}:{idle}}\n");
        assertThat(err()).isEqualTo(quiet);
    }

    @Test
    void servicesHaveParametersOfTheirOwn() {
        run("-H", "-C", "service");
        assertThat(out()).contains("foo_time_limit\n", "foo_transport_rate_delay\n", "relay_recipient_limit\n");
        assertThat(out()).doesNotContain("relay_time_limit", "smtp_");
        run("relay_destination_concurrency_limit");
        assertThat(out()).isEqualTo("relay_destination_concurrency_limit = $default_destination_concurrency_limit\n");
    }

    @Test
    void warnsOfWhatMayBeMisspelt() throws IOException {
        main(
                """
                        myorigin = x
                        foo_class = reject
                        unused_one = 1
                        smtpd_restriction_classes = foo_class
                        smtpd_banner = $foo_bar $myorigin
                        smtp_nosuch_limit = 5
                        alias_maps = mysql:tab
                        tab_hosts = db
                        luser_relay = $user@elsewhere
                        relayhost =
                        relayhost = [x]
                        """);
        master("foo unix - - n - - smtp -o smtp_helo_name=$undef_x -o unused_y=1\n");
        run("nosuch", "relayhost");
        assertThat(out()).isEqualTo("relayhost = [x]\n");
        assertThat(err())
                .isEqualTo(
                        """
                                postconf: warning: DIR/main.cf, line 11: overriding earlier entry: relayhost=
                                postconf: warning: DIR/master.cf: undefined parameter: undef_x
                                postconf: warning: DIR/main.cf: undefined parameter: foo_bar
                                postconf: warning: nosuch: unknown parameter
                                postconf: warning: DIR/main.cf: unused parameter: unused_one=1
                                postconf: warning: DIR/main.cf: unused parameter: smtp_nosuch_limit=5
                                postconf: warning: DIR/master.cf: unused parameter: unused_y=1
                                """);
    }

    @Test
    void whateverRefersToANameUsesIt() throws IOException {
        main("a = $b ldap:tab $nosuch\nb = 1\nc = $d\nd = $c\ntab_server_host = x\n");
        run("-C", "user");
        assertThat(out()).isEqualTo("b = 1\nc = $d\nd = $c\n");
        assertThat(err()).contains("DIR/main.cf: undefined parameter: nosuch\n",
                "unused parameter: a=$b ldap:tab $nosuch\n", "unused parameter: tab_server_host=x\n")
                .doesNotContain("unused parameter: b", "unused parameter: c", "unused parameter: d");
        run("-C", "");
        assertThat(out()).isEmpty();
    }

    /** A service that sets a name itself does not use the one of main.cf. */
    @Test
    void whatAServiceSetsIsItsOwn() throws IOException {
        main("mine = 1\n");
        master("a unix - - n - - smtp -o smtp_helo_name=$mine -o mine=2\nb unix - - n - - smtp -o mine=3\n");
        run("-n");
        assertThat(err()).isEqualTo("postconf: warning: DIR/main.cf: unused parameter: mine=1\n"
                + "postconf: warning: DIR/master.cf: unused parameter: mine=3\n");
        master("a unix - - n - - smtp -o smtp_helo_name=$mine\nb unix - - n - - smtp -o mine=3\n");
        run("-n");
        assertThat(err()).isEmpty();
    }

    @Test
    void whatWasReadIsWarnedOfBeforeWhatCannotBe() throws IOException {
        main("a = 1\na = 2\n");
        master("smtp inet n\n");
        assertThat(run("-n")).isEqualTo(1);
        assertThat(err()).startsWith("postconf: warning: DIR/main.cf, line 2: overriding earlier entry: a=1\n")
                .contains("postconf: fatal: ");
        main(" a = 1\nb\n");
        assertThat(run("-n")).isEqualTo(1);
        assertThat(err())
                .isEqualTo("postconf: warning: DIR/main.cf: logical line must not start with whitespace: \" a = 1\"\n"
                        + "postconf: fatal: DIR/main.cf, line 2: missing '=' after attribute name: \"b\"\n");
        main("a = 1\n");
        assertThat(run("-Me", "new/unix=new unix - - n - - smtp")).isZero();
        assertThat(master()).startsWith("smtp inet n\nnew ");
        Files.delete(directory.resolve("master.cf"));
        assertThat(run("-n", "a")).isZero();
        assertThat(err()).contains("postconf: warning: open DIR/master.cf: No such file or directory\n");
        main("compatibility_level = x\n");
        assertThat(run("-n")).isEqualTo(1);
        assertThat(err()).endsWith("postconf: warning: malformed compatibility level syntax: \"x\"\n"
                + "postconf: fatal: macro processing error\n");
        assertThat(run("-e", "compatibility_level=3.6")).isZero();
    }

    @Test
    void warnsOfWhatHasNoEffect() throws IOException {
        main("process_id = 3\nrelayhost = a # not a comment\nfoo = bar\n");
        master("");
        run("-n");
        assertThat(out()).isEqualTo("config_directory = " + directory + "\nrelayhost = a # not a comment\n");
        assertThat(err())
                .isEqualTo(
                        """
                                postconf: warning: DIR/main.cf: read-only parameter assignment: process_id=3
                                postconf: warning: DIR/main.cf: #comment after other text is not allowed: relayhost=a # not a comment
                                postconf: warning: DIR/main.cf: unused parameter: foo=bar
                                """);
        run("-nq");
        assertThat(err()).isEmpty();
    }

    @Test
    void showsServices() {
        run("-Mf");
        assertThat(out())
                .isEqualTo(
                        """
                                smtp       inet  n       -       n       -       -       smtpd
                                relay      unix  -       -       n       -       -       smtp
                                    -o syslog_name=postfix/$service_name
                                    -o smtp_helo_timeout=5
                                    -v
                                foo        unix  -       -       n       -       -       pipe flags=R
                                    user=nobody argv=/bin/x {a b} ${recipient} -o z -o {x = y z}
                                verylongname_service unix - n    n       60?     0       local
                                    -o a=
                                    -o b=
                                """);
        run("-Mx", "relay/unix");
        assertThat(out())
                .isEqualTo("relay      unix  -       -       n       -       -       smtp"
                        + " -o syslog_name=postfix/relay -o smtp_helo_timeout=5 -v\n");
        run("-F", "relay/unix/chroot", "*/inet/command", "no/such");
        assertThat(out()).isEqualTo("smtp/inet/command = smtpd\nrelay/unix/chroot = n\n");
        assertThat(err()).contains("postconf: warning: unmatched request: \"no/such\"\n");
        run("-P", "relay");
        assertThat(out())
                .isEqualTo("relay/unix/smtp_helo_timeout = 5\nrelay/unix/syslog_name = postfix/$service_name\n");
    }

    @Test
    void editsMainCfAndKeepsTheRest() throws IOException {
        Files.setPosixFilePermissions(directory.resolve("main.cf"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(run("-e", "myorigin = a b ", "new_one=1")).isZero();
        assertThat(main())
                .startsWith("# first comment\nmyorigin = a b\n   # inside\n\nrelayhost = [x]\n")
                .endsWith("permit\nnew_one = 1\n");
        run("relayhost=");
        assertThat(main()).contains("\nrelayhost = \n");
        run("-#", "myorigin");
        assertThat(main()).contains("#myorigin = a b\n   # inside\n");
        run("-X", "relayhost");
        assertThat(main()).doesNotContain("relayhost");
        assertThat(Files.getPosixFilePermissions(directory.resolve("main.cf")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(directory.resolve("main.cf.tmp")).doesNotExist();
        assertThat(out() + err()).isEmpty();
    }

    @Test
    void editsMasterCf() throws IOException {
        run("-Me", "foo/unix=foo unix - - n - 5 pipe flags=D", "new/inet=new inet n - n - - smtpd -o x=y");
        assertThat(master())
                .contains("\nfoo        unix  -       -       n       -       5       pipe flags=D\nverylong")
                .endsWith("new        inet  n       -       n       -       -       smtpd\n    -o x=y\n");
        run("-Pe", "relay/unix/smtp_helo_timeout=7");
        run("-Fe", "relay/unix/chroot=y");
        assertThat(master())
                .contains(
                        """
                                relay      unix  -       -       y       -       -       smtp
                                    -o syslog_name=postfix/$service_name
                                    -o smtp_helo_timeout=7
                                    -v
                                # c2
                                """);
        run("-PX", "relay/unix/syslog_name");
        assertThat(master()).contains("smtp\n    -o smtp_helo_timeout=7\n    -v\n").doesNotContain("syslog_name");
        run("-M#", "relay/unix");
        assertThat(master()).contains("#relay ", "#    -v\n# c2\n");
        run("-MX", "verylongname_service/unix");
        assertThat(master()).doesNotContain("verylongname");
    }

    @Test
    void warnsOfNamesOnTheirWayOut() throws IOException {
        main("smtpd_use_tls = yes\nsmtpd_tls_eecdh_grade = auto\ntls_dane_digest_agility = on\n");
        master("a unix - - n - - smtp -o disable_dns_lookups=yes\n");
        run("-n");
        assertThat(err()).contains(
                "postconf: warning: DIR/main.cf: support for parameter \"smtpd_use_tls\" will be removed;"
                        + " instead, specify \"smtpd_tls_security_level\"\n",
                "\"smtpd_tls_eecdh_grade\" will be removed; instead, do not specify (leave at default)\n",
                "DIR/master.cf: support for parameter \"disable_dns_lookups\" will be removed; instead, specify"
                        + " \"smtp_dns_support_level\"\n");
        run("-nq");
        assertThat(err()).isEmpty();
    }

    @Test
    void showsTheTextsOfNotices() throws IOException {
        main("myhostname = mail.example.org\ncompatibility_level = 3.6\n");
        Path file = Files.writeString(directory.resolve("texts"),
                "verify_template = <<X\nSubject: Asked\n\nThis is $myhostname, $$5, $delay_warning_time_minutes min\nX\n");
        run("-t", file.toString());
        assertThat(out())
                .startsWith("failure_template = <<EOF\nCharset: us-ascii\nFrom: Mail Delivery System <MAILER-DAEMON>\n")
                .contains("Postmaster-Subject: Postmaster Copy: Undelivered Mail\n\n",
                        "EOF\n\ndelay_template = <<EOF\n")
                .endsWith("\nSubject: Asked\n\nThis is $myhostname, $$5, $delay_warning_time_minutes min\nEOF\n");
        main("myhostname = mail.example.org\ncompatibility_level = 3.6\ndelay_warning_time = 2m\n");
        run("-b", file.toString());
        assertThat(out()).startsWith("expanded_failure_text = <<EOF\n")
                .endsWith("expanded_verify_text = <<EOF\nThis is mail.example.org, $5, 2 min\nEOF\n");
        assertThat(run("-t", directory + "/none")).isEqualTo(1);
        assertThat(err()).isEqualTo("postconf: fatal: open DIR/none: No such file or directory\n");
        assertThat(run("-t", "a", "b")).isEqualTo(1);
        assertThat(err()).isEqualTo("postconf: fatal: options -b and -t require at most one template file\n");
    }

    @Test
    void showsWhatTheBuildHas() {
        run("-a");
        assertThat(out()).isEqualTo("cyrus\ndovecot\ntables\n");
        run("-l");
        assertThat(out()).isEqualTo("flock\nfcntl\ndotlock\n");
        run("-T", "run-version");
        assertThat(out()).matches("[A-Za-z]+SSE? .*\\n|[A-Za-z]*SSL.*\\n");
        assertThat(run("-T", "x")).isEqualTo(1);
        assertThat(err()).isEqualTo("postconf: warning: unknown 'postconf -T' mode: x\n");
        assertThat(run("-a", "-m")).isEqualTo(1);
        assertThat(err()).isEqualTo("postconf: fatal: specify one of -a -m\n");
    }

    @Test
    void showsJson() throws IOException {
        main("myorigin = \"x\" y\n");
        run("-jn", "myorigin");
        assertThat(out()).isEqualTo("{\"name\": \"myorigin\", \"value\": \"\\\"x\\\" y\"}\n");
        run("-jP", "relay");
        assertThat(out()).startsWith(
                "{\"service\": \"relay\", \"type\": \"unix\", \"name\": \"smtp_helo_timeout\", \"value\": \"5\"}\n");
        run("-jM", "smtp/inet");
        assertThat(out()).isEqualTo("{\"service\": \"smtp\", \"type\": \"inet\", \"private\": \"n\","
                + " \"unprivileged\": \"-\", \"chroot\": \"n\", \"wakeup\": \"-\", \"process_limit\": \"-\","
                + " \"command\": \"smtpd\"}\n");
        run("-jF", "relay/unix/chroot");
        assertThat(out()).isEqualTo(
                "{\"service\": \"relay\", \"type\": \"unix\", \"field\": \"chroot\", \"value\": \"n\"}\n");
        run("-jdx", "smtpd_timeout");
        assertThat(out()).isEqualTo("{\"name\": \"smtpd_timeout\", \"value\": \"300s\"}\n");
        run("-jl");
        assertThat(out()).isEqualTo("{\"name\": \"flock\"}\n{\"name\": \"fcntl\"}\n{\"name\": \"dotlock\"}\n");
        for (String mode : List.of("-jb", "-jt", "-je", "-jX", "-j#", "-jMX")) {
            assertThat(run(mode, "smtp/inet")).as(mode).isEqualTo(1);
            assertThat(err()).isEqualTo("postconf: fatal: -j is for what is shown, not for templates and edits\n");
        }
    }

    @Test
    void mistakesAreFatal() throws IOException {
        String before = main() + master();
        assertThat(run("-e", "foo")).isEqualTo(1);
        assertThat(err()).isEqualTo("postconf: fatal: missing '=' after attribute name: \"foo\"\n");
        for (List<String> mistake : List.of(
                List.of("-n", "-d", "specify one of -d -n"),
                List.of("-ehH", "a=b", "specify one of -e -h -H"),
                List.of("-M", "-Hd", "with option -M, do not specify -d -H"),
                List.of("-X", "a=b", "specify one of -e -X"),
                List.of("-e", "#x=1", "-e, -X, or -# accepts no comment input"),
                List.of("-e", "a=1\n2", "-e, -X, or -# accepts no multi-line input"),
                List.of("-e", " a b = c", "missing '=' after attribute name: \"a b = c\""),
                List.of("-F", "a/b/c/d", "-F option requires service_name[/type[/field]]"),
                List.of("-P", "a/b/c/d", "-P option requires service_name[/type[/parameter]]"),
                List.of("-Me", "foo=x", "-Me, -MX or -M# requires service_name/type"),
                List.of("-Fe", "relay/unix/chroot=q", "invalid chroot field \"q\" in \"q\""),
                List.of("-Fe", "relay/unix/nosuch=y", "invalid service attribute name: \"nosuch\""),
                List.of("-Pe", "smtp/inet/q=7 8", "-Pe does not accept whitespace in parameter value"))) {
            assertThat(run(mistake.get(0), mistake.get(1))).isEqualTo(1);
            assertThat(err()).isEqualTo("postconf: fatal: " + mistake.getLast() + "\n");
        }
        assertThat(main() + master()).isEqualTo(before);
        main("smtpd_banner = $smtpd_banner\n");
        assertThat(run("-x", "smtpd_banner")).isEqualTo(1);
        assertThat(err())
                .isEqualTo("postconf: warning: unreasonable macro call nesting: \"smtpd_banner\"\n"
                        + "postconf: fatal: macro processing error\n");
    }
}
