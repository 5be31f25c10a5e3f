package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** postconf over files with references that lead nowhere and names that stand twice; words and files as Postfix 3.7.11 left them. */
class PostconfMistakesTest {
    private static final String SERVICE = "smtp unix - y y 0 20 local -o a=1 -o b=2 -o a=3 -v -o c=4\n";

    @TempDir
    private Path directory;

    private String run(String main, String master, String... arguments) throws IOException {
        Files.writeString(directory.resolve("main.cf"), "compatibility_level = 3.6\n" + main);
        Files.writeString(directory.resolve("master.cf"), master);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(said, true, StandardCharsets.ISO_8859_1);
        List<String> all = new ArrayList<>(List.of("-c", directory.toString()));
        all.addAll(List.of(arguments));
        int status = Postconf.run(all,
                new Console("postconf", new ByteArrayInputStream(new byte[0]), stream, stream, Map.of()));
        return status + "\n" + said.toString(StandardCharsets.ISO_8859_1).replace(directory.toString(), "DIR");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"inet_interfaces = $inet_interfaces x | inet_interfaces | true",
            "myhostname = $myhostname x | myhostname | true",
            "mynetworks_style = $mynetworks_style | mynetworks_style | true",
            "relayhost = $relayhost | relayhost | false", "mynetworks = $mynetworks x | mynetworks | false",
            "foo = $foo x & relayhost = $foo | foo | false"})
    void aValueThatLeadsBackToItselfIsFatalWhateverIsAsked(String lines, String name, boolean first)
            throws IOException {
        String main = lines.replace(" & ", "\n");
        for (String mode : new String[]{"-n", "-nH", "-M", "-F", "-P", "-x"}) {
            assertThat(run(main + "\n", "smtp inet n - n - - smtpd\n", mode)).as(mode)
                    .isEqualTo("1\npostconf: warning: unreasonable macro call nesting: \"" + name
                            + "\"\npostconf: fatal: " + (first ? "dictionary mail_dict: " : "")
                            + "macro processing error\n");
        }
        assertThat(run(main + "\n", "", "-d", "relayhost")).isEqualTo("0\nrelayhost =\n");
    }

    @Test
    void whatNobodyUsesMayLeadBackToItself() throws IOException {
        assertThat(run("foo = $foo x\n", "", "-n")).startsWith("0\n").contains("foo = $foo x\n");
        assertThat(run("default_rbl_reply = $default_rbl_reply\n", "", "-n")).startsWith("0\n");
    }

    @Test
    void aServiceThatLeadsBackToItselfToo() throws IOException {
        assertThat(run("relayhost = a\n", "smtp inet n - n - - smtpd -o relayhost=$relayhost\n", "-M"))
                .isEqualTo("1\npostconf: warning: unreasonable macro call nesting: \"relayhost\"\n"
                        + "postconf: fatal: macro processing error\n");
    }

    @Test
    void whatAProgramSetsItselfRefersToNothing() throws IOException {
        assertThat(run("process_id = $undef3\n", "a unix - n n - - smtp -o process_name=$undef1 -o relayhost=$undef2\n",
                "-n", "relayhost")).isEqualTo("""
                        0
                        postconf: warning: DIR/master.cf: undefined parameter: undef2
                        postconf: warning: DIR/master.cf: read-only parameter assignment: process_name=$undef1
                        postconf: warning: DIR/main.cf: read-only parameter assignment: process_id=$undef3
                        """);
    }

    @Test
    void aNameThatStandsTwiceIsEditedWhereverItStands() throws IOException {
        assertThat(run("", SERVICE, "-P", "smtp/unix/a=z")).isEqualTo("0\n");
        assertThat(Files.readString(directory.resolve("master.cf"))).isEqualTo("""
                smtp       unix  -       y       y       0       20      local
                    -o a=z
                    -o b=2
                    -o a=z
                    -v
                    -o c=4
                """);
        assertThat(run("", SERVICE, "-P", "smtp/unix/b=z")).isEqualTo("0\n");
        assertThat(Files.readString(directory.resolve("master.cf"))).contains("-o a=1\n    -o b=z\n    -o a=3\n");
        assertThat(run("", SERVICE, "-PX", "smtp/unix/a")).isEqualTo("0\n");
        assertThat(Files.readString(directory.resolve("master.cf"))).isEqualTo("""
                smtp       unix  -       y       y       0       20      local
                    -o b=2
                    -v
                    -o c=4
                """);
    }

    @Test
    void aWordInBracesFitsWhereItWouldWithoutThem() throws IOException {
        String master = "127.0.0.1:10025 inet n - n 0 - spawn -v flags=R user=nobody argv=/bin/x {-o x=y}\n";
        assertThat(run("", master, "-Ff", "*/*/command")).isEqualTo(
                "0\n127.0.0.1:10025/inet/command = spawn -v flags=R user=nobody argv=/bin/x {-o x=y}\n");
    }
}
