package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Child processes by posix_spawn(3), without the JDK's helper program and its thread per child: a child gets exactly the three
 * standard descriptors and an environment that is given in full. Who uses this room's {@link #reap} must not use
 * {@link ProcessBuilder} in the same JVM, as one would take the other's dead children away.
 */
public final class Children {
    private static final int SET_SIGNAL_DEFAULTS = 4;
    private static final int SET_SIGNAL_MASK = 8;
    private static final int SET_SESSION = 0x80;
    private static final int NO_HANG = 1;
    private static final int ANY = -1;
    private static final int OPAQUE = 512;
    private static final int SIGNAL_SET = 128;
    private static final LibraryFunction SPAWN = new LibraryFunction("posix_spawn", 6);
    private static final LibraryFunction ACTIONS_INIT = new LibraryFunction("posix_spawn_file_actions_init", 1);
    private static final LibraryFunction ACTIONS_DUPLICATE = new LibraryFunction("posix_spawn_file_actions_adddup2", 3);
    private static final LibraryFunction ACTIONS_CLOSE_FROM = new LibraryFunction(
            "posix_spawn_file_actions_addclosefrom_np", 2);
    private static final LibraryFunction ACTIONS_DESTROY = new LibraryFunction("posix_spawn_file_actions_destroy", 1);
    private static final LibraryFunction ATTRIBUTES_INIT = new LibraryFunction("posix_spawnattr_init", 1);
    private static final LibraryFunction ATTRIBUTES_FLAGS = new LibraryFunction("posix_spawnattr_setflags", 2);
    private static final LibraryFunction ATTRIBUTES_DEFAULTS = new LibraryFunction("posix_spawnattr_setsigdefault", 2);
    private static final LibraryFunction ATTRIBUTES_MASK = new LibraryFunction("posix_spawnattr_setsigmask", 2);
    private static final LibraryFunction ATTRIBUTES_DESTROY = new LibraryFunction("posix_spawnattr_destroy", 1);
    private static final LibraryFunction FILL_SIGNALS = new LibraryFunction("sigfillset", 1);
    private static final LibraryFunction EMPTY_SIGNALS = new LibraryFunction("sigemptyset", 1);
    private static final LibraryFunction WAIT = new LibraryFunction("waitpid", 3);

    /**
     * A command to run.
     *
     * @param command the program's path and its arguments
     * @param environment everything the child gets
     * @param in descriptors that become the child's 0, 1 and 2
     * @param session true to make the child lead a session of its own
     */
    public record Command(List<String> command, Map<String, String> environment, int in, int out, int error,
            boolean session) {
        public Command {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /** How a child ended: by exit status, or by a signal when {@code signal} is not 0. */
    public record Ended(int pid, int status, int signal) {}

    private Children() {}

    /**
     * Starts a child.
     *
     * @return its process id
     */
    public static int spawn(Command command) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(OPAQUE, 16);
            MemorySegment attributes = arena.allocate(OPAQUE, 16);
            ACTIONS_INIT.callZero(actions.address());
            ATTRIBUTES_INIT.callZero(attributes.address());
            try {
                ACTIONS_DUPLICATE.callZero(actions.address(), command.in(), 0);
                ACTIONS_DUPLICATE.callZero(actions.address(), command.out(), 1);
                ACTIONS_DUPLICATE.callZero(actions.address(), command.error(), 2);
                ACTIONS_CLOSE_FROM.callZero(actions.address(), 3);
                signals(arena, attributes, command.session());
                return spawn(arena, command, actions, attributes);
            } finally {
                ACTIONS_DESTROY.plain(actions.address());
                ATTRIBUTES_DESTROY.plain(attributes.address());
            }
        }
    }

    /** A child begins with every signal at its default and none blocked, whatever the JVM has changed. */
    private static void signals(Arena arena, MemorySegment attributes, boolean session) throws PosixException {
        MemorySegment all = arena.allocate(SIGNAL_SET, 8);
        MemorySegment none = arena.allocate(SIGNAL_SET, 8);
        FILL_SIGNALS.call(all.address());
        EMPTY_SIGNALS.call(none.address());
        ATTRIBUTES_DEFAULTS.callZero(attributes.address(), all.address());
        ATTRIBUTES_MASK.callZero(attributes.address(), none.address());
        ATTRIBUTES_FLAGS.callZero(attributes.address(),
                SET_SIGNAL_DEFAULTS | SET_SIGNAL_MASK | (session ? SET_SESSION : 0));
    }

    private static int spawn(Arena arena, Command command, MemorySegment actions, MemorySegment attributes)
            throws PosixException {
        MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
        List<String> environment = Strings.environment(command.environment());
        long path = arena.allocateFrom(command.command().getFirst()).address();
        SPAWN.callZero(pid.address(), path, actions.address(), attributes.address(),
                Strings.array(arena, command.command()), Strings.array(arena, environment));
        return pid.get(ValueLayout.JAVA_INT, 0);
    }

    /** Takes one dead child's status, any child's; empty when none is dead. */
    public static Optional<Ended> reap() throws PosixException {
        return wait(ANY, NO_HANG);
    }

    /** Waits until the child ends; a platform thread's business. */
    public static Ended await(int pid) throws PosixException {
        return wait(pid, 0).orElseThrow();
    }

    private static Optional<Ended> wait(int which, int flags) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            while (true) {
                try {
                    int pid = WAIT.call(which, status.address(), flags);
                    int word = status.get(ValueLayout.JAVA_INT, 0);
                    return pid == 0 ? Optional.empty() : Optional.of(new Ended(pid, (word >> 8) & 0xff, word & 0x7f));
                } catch (PosixException e) {
                    if (e.errno() == Errno.ECHILD) {
                        return Optional.empty();
                    }
                    if (e.errno() != Errno.EINTR) {
                        throw e;
                    }
                }
            }
        }
    }
}
