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
 * @param problems where warnings and errors go besides standard error
 */
public record Console(
        String command, InputStream in, PrintStream out, PrintStream err, Map<String, String> environment,
        ProblemLog problems) {

    /** A command that writes nothing into the log by itself. */
    public Console(String command, InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
        this(command, in, out, err, environment, ProblemLog.none());
    }

    /** The streams and the environment of this process. */
    public static Console ofProcess(String command) {
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 16_384), false,
                StandardCharsets.ISO_8859_1);
        PrintStream err = new PrintStream(
                new FileOutputStream(FileDescriptor.err), true, StandardCharsets.ISO_8859_1);
        return new Console(command, System.in, out, err, System.getenv());
    }

    /** The same for a command whose warnings and errors stand in the mail log, too. */
    static Console ofLoggedProcess(String command) {
        Console plain = ofProcess(command);
        return new Console(command, plain.in, plain.out, plain.err, plain.environment,
                ProblemLog.ofMailSystem(plain.environment));
    }

    /** The same streams for a command that does another's work, under whose name it then speaks. */
    Console named(String other) {
        return new Console(other, in, out, err, environment, problems);
    }

    /** {@code command: text} on standard error. */
    public void info(String text) {
        String _ = complain(text);
    }

    /** {@code command: warning: text} on standard error. */
    public void warn(String text) {
        problems.warning(command, complain("warning: " + text));
    }

    /** {@code command: error: text} on standard error. */
    public void error(String text) {
        problems.error(command, complain("error: " + text));
    }

    /** {@code command: fatal: text} on standard error; answers the exit status 1. */
    public int fatal(String text) {
        problems.fatal(command, complain("fatal: " + text));
        return 1;
    }

    /** What went wrong as a fatal error; answers the exit status 1. */
    public int fatal(Exception why) {
        return fatal(String.valueOf(why.getMessage()));
    }

    /** What could control a terminal, or is no ASCII, becomes a question mark; answers the text that was written. */
    private String complain(String text) {
        StringBuilder clean = new StringBuilder(text);
        for (int at = 0; at < clean.length(); at++) {
            char c = clean.charAt(at);
            if (c < ' ' || c > '~') {
                clean.setCharAt(at, '?');
            }
        }
        out.flush();
        err.print(command + ": " + clean + '\n');
        err.flush();
        return clean.toString();
    }
}
