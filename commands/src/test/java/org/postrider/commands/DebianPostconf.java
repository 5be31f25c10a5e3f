package org.postrider.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The postconf of Debian's postfix package, run as a process. */
final class DebianPostconf {
    private static final Path PROGRAM = Path.of("/usr/sbin/postconf");
    private static final String VERSION = "3.7.";

    /** What a run of postconf left: exit status, both outputs. */
    record Answer(int status, String out, String err) {
        /** All of it, to be compared. */
        String text() {
            return out + err + "\nexit status " + status + "\n";
        }

        /**
         * With another text for the directory; each line on standard error once, in no order, as Postfix has none; without what newer
         * versions warn of, and without names that main.cf does not define where a value ends the command: Postfix warns of those that it
         * meets before that value.
         */
        Answer normalised(Path directory) {
            return new Answer(
                    status,
                    out.replace(directory.toString(), "DIR"),
                    String.join("\n", err.replace(directory.toString(), "DIR").lines()
                            .filter(line -> status == 0 || !line.contains("main.cf: undefined parameter"))
                            .filter(line -> !line.contains("#comment after other text")
                                    && !line.contains("support for parameter"))
                            .sorted().distinct().toList()));
        }
    }

    private DebianPostconf() {}

    /** The program, when this host has the version that the expectations of these tests are about. */
    static Optional<DebianPostconf> find() throws IOException {
        if (!Files.isExecutable(PROGRAM) || !Files.isReadable(Path.of("/etc/postfix/main.cf"))) {
            return Optional.empty();
        }
        DebianPostconf program = new DebianPostconf();
        Answer answer = program.run(List.of("-dh", "mail_version"));
        return answer.out().startsWith(VERSION) ? Optional.of(program) : Optional.empty();
    }

    Answer run(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(arguments);
        Path errors = Files.createTempFile("postconf", ".err");
        try {
            Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int status = process.waitFor();
            String err = Files.readString(errors, StandardCharsets.ISO_8859_1)
                    .replace(PROGRAM + ":", "postconf:");
            return new Answer(status, out, err);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    /** The names that this version has of its own. */
    List<String> builtinNames() throws IOException {
        return Arrays.asList(run(List.of("-dH", "-C", "builtin")).out().split("\n"));
    }
}
