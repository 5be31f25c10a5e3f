package org.postrider.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of this process, one char for one byte. The Java run time decodes them by the locale, which loses what is not in
 * its character set; the kernel still has the bytes.
 */
final class RawArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() {}

    /** What {@code main} was given, as bytes. */
    static List<String> of(String[] arguments) {
        List<String> decoded = List.of(arguments);
        if (decoded.stream().allMatch(RawArguments::isAscii)) {
            return decoded;
        }
        try {
            return last(decoded, Files.readString(COMMAND_LINE, StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return decoded;
        }
    }

    /** As many words of the command line, each with a NUL behind it, as there are arguments: the last ones. */
    static List<String> last(List<String> arguments, String commandLine) {
        List<String> words = Arrays.asList(commandLine.split("\0", -1));
        int end = words.size() - 1;
        return end < arguments.size() ? arguments : List.copyOf(words.subList(end - arguments.size(), end));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }
}
