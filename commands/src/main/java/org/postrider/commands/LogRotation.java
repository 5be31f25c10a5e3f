package org.postrider.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;

/**
 * {@code postfix logrotate}: the file named by maillog_file gets another name, ending in the time by maillog_file_rotate_suffix
 * (strftime(3)); once the log service writes to a new file, maillog_file_compressor packs the old one. A file below /dev is not
 * rotated. Between rename and reload lines go to the renamed file, so none is lost.
 */
final class LogRotation {
    private final Path file;
    private final String suffix;
    private final List<String> compressor;

    private LogRotation(Path file, String suffix, List<String> compressor) {
        this.file = file;
        this.suffix = suffix;
        this.compressor = compressor;
    }

    /** Tells the running system to open its log anew, and waits until it has. */
    interface Reload {
        void run(Path newLog) throws IOException;
    }

    static LogRotation of(Parameters parameters) throws IOException {
        String name = parameters.string("maillog_file");
        if (name.isEmpty()) {
            throw new IOException("maillog_file is not set: the log is not a file of ours");
        }
        if (name.startsWith("/dev/")) {
            throw new IOException("not rotating '" + name + "'");
        }
        return new LogRotation(Path.of(name), parameters.string("maillog_file_rotate_suffix"),
                WordList.split(parameters.string("maillog_file_compressor")));
    }

    void run(Reload reload) throws IOException {
        Path rotated = file.resolveSibling(file.getFileName() + "." + output("date", "+" + suffix));
        if (Files.exists(rotated)) {
            throw new IOException("cannot rename " + file + " to " + rotated + ": File exists");
        }
        Files.move(file, rotated, StandardCopyOption.ATOMIC_MOVE);
        reload.run(file);
        List<String> command = new ArrayList<>(compressor);
        command.add(rotated.toString());
        output(command.toArray(String[]::new));
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + text);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return text;
    }
}
