package org.postrider.common.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postrider.common.posix.Children;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;

/**
 * Starts master in the background and waits until it is ready: what {@code postfix start} and {@code master -w} do. The child
 * leads a session of its own, says one line on its standard output when it is ready, and then has none. Its standard error is
 * ours until then.
 */
public final class BackgroundStart {
    /** Set in the environment of a master that is to say when it is ready. */
    public static final String READY = "POSTRIDER_SAY_READY";

    private static final int LONGEST_WAIT_MILLIS = 60_000;

    private BackgroundStart() {}

    /**
     * Starts and waits.
     *
     * @return false when it ended, or was silent for too long
     */
    public static boolean run(Path program, List<String> arguments, Map<String, String> environment)
            throws PosixException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
        Map<String, String> given = new HashMap<>(environment);
        given.put(READY, "1");
        int nothing = Inodes.open(Path.of("/dev/null"), Inodes.READ_WRITE, 0);
        Descriptors.Pipe pipe = Descriptors.pipe();
        try {
            Children.spawn(new Children.Command(command, given, nothing, pipe.writer(), 2, true));
            Descriptors.close(pipe.writer());
            int[] happened = Poll.await(new int[]{pipe.reader()}, new int[]{Poll.READABLE}, LONGEST_WAIT_MILLIS);
            return happened[0] != 0 && Descriptors.read(pipe.reader(), new byte[16]) > 0;
        } finally {
            Descriptors.close(pipe.reader());
            Descriptors.close(nothing);
        }
    }
}
