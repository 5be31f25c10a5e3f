package org.postrider.common.delivery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command that takes a message on its standard input.
 *
 * @param arguments program and arguments; no shell looks at them
 * @param shown the command as log lines and notices show it
 * @param rights whose rights it has
 * @param root the root directory that it gets, which needs root privileges; empty to leave it as it is
 * @param directory working directory, as seen inside root
 * @param environment everything it gets beside PATH
 * @param limit the time it may take
 */
public record DeliveryCommand(List<String> arguments, String shown, Rights rights, Optional<Path> root,
        Path directory, Map<String, String> environment, Duration limit) {
    private static final String MAGIC = "'\"*?[]{}()<>|;&$~`\\\n!#=%";

    public DeliveryCommand {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** Arguments for a command line: split at blanks where no shell is needed, else for {@code /bin/sh}. */
    public static List<String> commandLine(String line) {
        String text = line.strip();
        boolean magic = text.isEmpty();
        for (int i = 0; i < text.length(); i++) {
            magic |= MAGIC.indexOf(text.charAt(i)) >= 0;
        }
        String[] words = text.split("[ \t]+");
        if (magic || !isProgram(words[0])) {
            return List.of("sh", "-c", line);
        }
        return List.of(words);
    }

    /** A path, or a name in PATH; anything else may be the shell's own. */
    private static boolean isProgram(String word) {
        if (word.indexOf('/') >= 0) {
            return true;
        }
        for (String folder : List.of(CommandRunner.PATH.split(":", -1))) {
            if (Files.isExecutable(Path.of(folder, word))) {
                return true;
            }
        }
        return false;
    }

    /** Arguments for a command line that local_command_shell gets: the shell's words, then the line as one argument. */
    public static List<String> commandLine(String shell, String line) {
        if (shell.isBlank()) {
            return commandLine(line);
        }
        List<String> all = new ArrayList<>(List.of(shell.strip().split("[ \t]+")));
        all.add(line);
        return all;
    }
}
