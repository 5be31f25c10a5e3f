package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/** Signals, sessions, names and the end of processes. */
public final class Processes {
    public static final int HANGUP = 1;
    public static final int INTERRUPT = 2;
    public static final int KILL = 9;
    public static final int TERMINATE = 15;

    private static final int SET_NAME = 15;
    private static final long ALL_DESCRIPTORS = 0xffff_ffffL;
    private static final int CLOSE_ON_EXEC = 4;
    private static final LibraryFunction EXECUTE = new LibraryFunction("execve", 3);
    private static final LibraryFunction CLOSE_RANGE = new LibraryFunction("close_range", 3);
    private static final LibraryFunction TERMINAL = new LibraryFunction("isatty", 1);
    private static final long DEFAULT = 0;
    private static final LibraryFunction ACTION = new LibraryFunction("signal", 2);
    private static final LibraryFunction SIGNAL = new LibraryFunction("kill", 2);
    private static final LibraryFunction EXIT = new LibraryFunction("_exit", 1);
    private static final LibraryFunction CONTROL = new LibraryFunction("prctl", 2);
    private static final LibraryFunction SESSION = new LibraryFunction("setsid", 0);

    private Processes() {}

    /** Sends a signal; a negative pid means the process group. */
    public static void signal(int pid, int signal) throws PosixException {
        SIGNAL.call(pid, signal);
    }

    /** Gives a signal its default action back, whatever the JVM has made of it. */
    public static void defaultAction(int signal) throws PosixException {
        ACTION.callLong(signal, DEFAULT);
    }

    /** True when there is such a process, whoever owns it. */
    public static boolean exists(int pid) {
        try {
            SIGNAL.call(pid, 0);
            return true;
        } catch (PosixException e) {
            return e.errno() == Errno.EPERM;
        }
    }

    /** Leads a new session, without a terminal. Throws EPERM where this process leads a group already. */
    public static void newSession() throws PosixException {
        SESSION.call();
    }

    /** Names the calling thread, 15 bytes at most; on the main thread this is what ps(1) shows as the command. */
    public static void name(String name) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            CONTROL.call(SET_NAME, arena.allocateFrom(name).address());
        }
    }

    /**
     * Becomes another program under the same process id. The new program gets the standard descriptors only; it does not
     * return unless the program can't be executed.
     */
    public static void execute(List<String> command, Map<String, String> environment) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            long path = arena.allocateFrom(command.getFirst()).address();
            long arguments = Strings.array(arena, command);
            long variables = Strings.array(arena, Strings.environment(environment));
            CLOSE_RANGE.call(3, ALL_DESCRIPTORS, CLOSE_ON_EXEC);
            EXECUTE.call(path, arguments, variables);
        }
    }

    /** True when the descriptor is a terminal. */
    public static boolean isTerminal(int descriptor) {
        return (int) TERMINAL.plain(descriptor) == 1;
    }

    /** Ends at once: no shutdown hooks, no waiting for threads in native code. What is to be written must be written. */
    public static void exit(int status) {
        EXIT.plain(status);
    }
}
