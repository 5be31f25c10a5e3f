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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.ParameterCatalogue;

/**
 * Runs Debian's postconf and ours over the same files and compares exit status, standard output, standard error and the edited
 * files. Configurations come from seeds, and from {@code src/test/resources/configurations}.
 */
@Tag("peers")
class PostconfBesideDebianTest {
    private static final int SEEDED = Integer.getInteger("postconf.configurations", 220);
    /** How many command lines each of them is asked. */
    private static final int SHOWN = Integer.getInteger("postconf.shown", 4);
    private static final int OPTIONS = Integer.getInteger("postconf.options", 8);
    private static final long SEED = Long.getLong("postconf.seed", 20_250);

    @TempDir
    private Path directory;

    private DebianPostconf debian;
    private List<String> names;

    @BeforeEach
    void findDebian() throws IOException {
        var found = DebianPostconf.find();
        if (found.isEmpty()) {
            System.err.println("SKIPPED: no postfix 3.7 of Debian on this host, postconf was compared with nothing"
                    + " (apt-get install postfix)");
        }
        Assumptions.assumeTrue(found.isPresent(), "Debian's postfix 3.7 is not installed");
        debian = found.get();
        TreeSet<String> common = new TreeSet<>(debian.builtinNames());
        common.removeIf(name -> ParameterCatalogue.standard().find(name).isEmpty());
        // Their values are looked up in DNS, or stop postconf before it says anything.
        common.removeAll(List.of("config_directory", "inet_interfaces", "inet_protocols", "mynetworks_style",
                "proxy_interfaces"));
        names = List.copyOf(common);
    }

    private static DebianPostconf.Answer ours(List<String> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream output = new PrintStream(out, false, StandardCharsets.ISO_8859_1);
        Console console = new Console("postconf", new ByteArrayInputStream(new byte[0]), output,
                new PrintStream(err, true, StandardCharsets.ISO_8859_1), Map.of());
        // A command sees its arguments as bytes.
        int status = Postconf.run(arguments.stream()
                .map(each -> new String(each.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .toList(), console);
        output.flush();
        return new DebianPostconf.Answer(status, out.toString(StandardCharsets.ISO_8859_1),
                err.toString(StandardCharsets.ISO_8859_1));
    }

    private Path write(String name, String main, String master) throws IOException {
        Path place = Files.createDirectories(directory.resolve(name));
        Files.writeString(place.resolve("main.cf"), main, StandardCharsets.ISO_8859_1);
        Files.writeString(place.resolve("master.cf"), master, StandardCharsets.ISO_8859_1);
        // Postfix waits until a file is two seconds old.
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        Files.setLastModifiedTime(place.resolve("main.cf"), old);
        Files.setLastModifiedTime(place.resolve("master.cf"), old);
        return place;
    }

    private static List<String> command(Path place, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("-c", place.toString()));
        command.addAll(arguments);
        return command;
    }

    /** One line for every difference. */
    private void compare(String title, String main, String master, List<String> arguments, List<String> differences)
            throws IOException {
        Path theirs = write("theirs", main, master);
        Path own = write("ours", main, master);
        var expected = debian.run(command(theirs, arguments)).normalised(theirs);
        var actual = ours(command(own, arguments)).normalised(own);
        String found = difference(expected.text(), actual.text());
        for (String file : List.of("main.cf", "master.cf")) {
            found += difference(
                    Files.readString(theirs.resolve(file), StandardCharsets.ISO_8859_1),
                    Files.readString(own.resolve(file), StandardCharsets.ISO_8859_1));
        }
        if (!found.isEmpty()) {
            differences.add(title + ": " + String.join(" ", arguments) + "\n" + found);
        }
    }

    /** The lines in which two texts differ, between what they have in common at both ends. */
    private static String difference(String expected, String actual) {
        List<String> wanted = new ArrayList<>(expected.lines().toList());
        List<String> found = new ArrayList<>(actual.lines().toList());
        while (!wanted.isEmpty() && !found.isEmpty() && wanted.getFirst().equals(found.getFirst())) {
            wanted.removeFirst();
            found.removeFirst();
        }
        while (!wanted.isEmpty() && !found.isEmpty() && wanted.getLast().equals(found.getLast())) {
            wanted.removeLast();
            found.removeLast();
        }
        StringBuilder text = new StringBuilder();
        wanted.forEach(line -> text.append("  Debian: ").append(line).append('\n'));
        found.forEach(line -> text.append("  ours:   ").append(line).append('\n'));
        return text.toString();
    }

    @Test
    void showsAlike() throws IOException {
        List<String> differences = new ArrayList<>();
        for (long seed = SEED; seed < SEED + SEEDED; seed++) {
            SeededConfiguration made = new SeededConfiguration(seed, names,
                    name -> ParameterCatalogue.standard().find(name).orElseThrow());
            String master = made.masterCf();
            String main = made.mainCf();
            List<List<String>> commands = new ArrayList<>();
            commands.add(List.of(made.one("-n", "-nf", "-nh", "-nH", "-nx", "-nxf")));
            commands.add(List.of(made.one("-M", "-Mf", "-Mx", "-Mfx")));
            commands.add(List.of(made.one("-P", "-Pf", "-Px", "-Ph", "-PH"), "-o", "stress=" + made.one("", "yes")));
            commands.add(List.of(made.one("-F", "-Ff", "-Fx", "-FH")));
            commands.add(List.of(made.one("-H", "-h", "-f"), "-C", made.one("user", "service", "user,service")));
            commands.add(List.of("-n", made.name(), made.name(), made.name()));
            commands.add(List.of(made.one("-M", "-F", "-P"), made.serviceId(), made.serviceId() + "/" + made.name()));
            commands.add(List.of(made.one("-M", "-Mf", "-Mx"), made.pattern(), made.pattern()));
            commands.add(List.of(made.one("-F", "-Ff", "-Fx", "-FH"), made.fieldPattern(), made.fieldPattern()));
            commands.add(List.of(made.one("-P", "-Pf", "-Px", "-Ph", "-PH"), made.parameterPattern(),
                    made.parameterPattern()));
            commands.add(
                    List.of(made.one("-n", "-nx", "-nh", "-nH", "-nf", "-x"), "-o", made.name() + "=" + made.value(),
                            "-o", made.name() + made.one("=", " = ") + made.value(), made.name(), made.name()));
            commands.add(List.of("-dH", made.name(), made.name()));
            commands.add(List.of(made.one("-M", "-P", "-F"), "-o", made.name() + "=" + made.value()));
            Collections.shuffle(commands, new Random(seed));
            for (List<String> arguments : commands.subList(0, Math.min(SHOWN, commands.size()))) {
                compare("seed " + seed, main, master, arguments, differences);
            }
        }
        assertThat(String.join("\n", differences)).isEmpty();
    }

    @Test
    void editsAlike() throws IOException {
        List<String> differences = new ArrayList<>();
        for (long seed = SEED; seed < SEED + SEEDED; seed++) {
            SeededConfiguration made = new SeededConfiguration(seed, names,
                    name -> ParameterCatalogue.standard().find(name).orElseThrow());
            String master = made.masterCf();
            String main = made.mainCf();
            List<List<String>> commands = new ArrayList<>(List.of(
                    List.of(made.one("-e", "-p", "-ep"), made.name() + made.one("=", " = ") + made.value()),
                    List.of(made.one("-X", "-#", "-pX"), made.name()),
                    List.of(made.one("-MX", "-M#"), made.serviceId()),
                    List.of("-Me", made.serviceId() + "=" + made.service()),
                    List.of("-Fe", made.serviceId() + "/" + made.one("chroot=y", "private=n", "wakeup=60?",
                            "process_limit=5", "command=smtpd -o a=b", "unprivileged=n", "type=pass", "service=other",
                            "chroot=x", "nosuch=1")),
                    List.of(made.one("-P", "-Pe"), made.serviceId() + "/" + made.name() + "=" + made.value()),
                    List.of("-PX", made.serviceId() + "/" + made.name())));
            Collections.shuffle(commands, new Random(seed));
            for (List<String> arguments : commands.subList(0, 3)) {
                // Postfix moves the comments after an edited entry before it.
                compare("seed " + seed, main, master.replaceAll("(?m)^\\s*(#.*)?\n", ""), arguments, differences);
            }
        }
        assertThat(String.join("\n", differences)).isEmpty();
    }

    /** Some of all pairs, as Postfix takes a second for every fatal error; {@code -Dpostconf.options=300} for all. */
    @Test
    void optionsThatDoNotGoTogetherAreRefusedAlike() throws IOException {
        List<String> letters = List.of("-a", "-A", "-b", "-d", "-e", "-f", "-F", "-h", "-H", "-l", "-m", "-M", "-n",
                "-o x=y", "-p", "-P", "-t", "-T nosuch", "-x", "-X", "-#");
        List<String> lines = new ArrayList<>(List.of("-ehH a=b", "-fxX a", "-afx", "-aHoa=b", "-Mhd", "-FnX a", "-dnM",
                "-dnMF", "-Men", "-abn", "-hx# a", "-Fe smtp/inet", "-Pe smtp/inet", "-Pe smtp=x", "-Fe smtp=x",
                "-Me smtp", "-MX smtp", "-PX smtp", "-M# smtp/inet=y", "-P smtp/inet/a=b -n"));
        for (int first = 0; first < letters.size(); first++) {
            for (int second = first + 1; second < letters.size(); second++) {
                lines.add(letters.get(first) + " " + letters.get(second));
            }
        }
        Collections.shuffle(lines, new Random(SEED));
        List<String> differences = new ArrayList<>();
        Path place = write("theirs", "compatibility_level = 3.6\nmyhostname = a.b\n", "smtp inet n - n - - smtpd\n");
        for (String line : lines.subList(0, Math.min(OPTIONS, lines.size()))) {
            List<String> arguments = List.of(line.split(" "));
            var expected = debian.run(command(place, arguments)).normalised(place);
            if (expected.status() != 0 && expected.err().contains("postconf: fatal")) {
                differences.add(difference(expected.text(), ours(command(place, arguments)).normalised(place).text()));
            }
        }
        differences.removeIf(String::isEmpty);
        assertThat(String.join("\n", differences)).isEmpty();
    }

    @Test
    void knowsTheNamesButForThoseThatNewerVersionsDropped() throws IOException {
        assertThat(debian.builtinNames().stream()
                .filter(name -> ParameterCatalogue.standard().find(name).isEmpty()))
                .containsExactlyInAnyOrder("tls_legacy_public_key_fingerprints", "tlsproxy_client_loglevel_parameter");
    }

    @Test
    void readsWhatMailDistributionsWrite() throws IOException {
        List<String> differences = new ArrayList<>();
        Path configurations = Path.of("src/test/resources/configurations");
        try (Stream<Path> places = Files.list(configurations)) {
            for (Path place : places.sorted().toList()) {
                String main = Files.readString(place.resolve("main.cf"), StandardCharsets.ISO_8859_1);
                String master = Files.readString(place.resolve("master.cf"), StandardCharsets.ISO_8859_1);
                for (String arguments : List.of("-n", "-nf", "-nx", "-M", "-Mf", "-Mx", "-P", "-Px", "-F", "-Ff",
                        "-C user", "-H -C service")) {
                    compare(place.getFileName().toString(), main, master, List.of(arguments.split(" ")), differences);
                }
            }
        }
        assertThat(String.join("\n", differences)).isEmpty();
    }
}
