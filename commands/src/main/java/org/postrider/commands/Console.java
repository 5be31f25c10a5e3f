package org.postrider.commands;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command sees of the process it runs in. Text is written one char for one byte (ISO-8859-1).
 *
 * @param command the name it was started as, put before every message
 * @param environment of the process
 */
public record Console(
        String command, InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {

    /** The streams and the environment of this process. */
    public static Console ofProcess(String command) {
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 16_384), false,
                StandardCharsets.ISO_8859_1);
        PrintStream err = new PrintStream(
                new FileOutputStream(FileDescriptor.err), true, StandardCharsets.ISO_8859_1);
        return new Console(command, System.in, out, err, System.getenv());
    }

    /** The same streams for a command that does another's work, under whose name it then speaks. */
    Console named(String other) {
        return new Console(other, in, out, err, environment);
    }

    /** {@code command: text} on standard error. */
    public void info(String text) {
        complain(text);
    }

    /** {@code command: warning: text} on standard error. */
    public void warn(String text) {
        complain("warning: " + text);
    }

    /** {@code command: error: text} on standard error. */
    public void error(String text) {
        complain("error: " + text);
    }

    /** {@code command: fatal: text} on standard error; answers the exit status 1. */
    public int fatal(String text) {
        complain("fatal: " + text);
        return 1;
    }

    /** What went wrong as a fatal error; answers the exit status 1. */
    public int fatal(Exception why) {
        return fatal(String.valueOf(why.getMessage()));
    }

    /** What could control a terminal, or is no ASCII, becomes a question mark. */
    private void complain(String text) {
        StringBuilder line = new StringBuilder(command).append(": ").append(text);
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c < ' ' || c > '~') {
                line.setCharAt(at, '?');
            }
        }
        out.flush();
        err.print(line.append('\n'));
        err.flush();
    }
}
