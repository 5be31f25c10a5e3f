package org.postrider.master;

import java.util.EnumSet;
import java.util.Set;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Processes;
import sun.misc.Signal;

/** Turns signals into something that poll(2) sees. The JVM runs handlers on threads of its own; they only post here. */
final class Signals {
    /** What a signal asks for. */
    enum Request {
        /** SIGHUP. */
        RELOAD,
        /** SIGTERM, SIGINT. */
        STOP,
        /** SIGCHLD. */
        REAP
    }

    private final int event;
    private final Set<Request> posted = EnumSet.noneOf(Request.class);

    Signals() throws PosixException {
        event = Descriptors.event();
    }

    /**
     * Handles the process's signals from now on, also where who started it ignored them, as nohup(1) does: the JVM would leave those
     * ignored.
     */
    void install() throws PosixException {
        for (int each : new int[]{Processes.HANGUP, Processes.TERMINATE, Processes.INTERRUPT}) {
            Processes.defaultAction(each);
        }
        Signal.handle(new Signal("HUP"), _ -> post(Request.RELOAD));
        Signal.handle(new Signal("TERM"), _ -> post(Request.STOP));
        Signal.handle(new Signal("INT"), _ -> post(Request.STOP));
        Signal.handle(new Signal("CHLD"), _ -> post(Request.REAP));
    }

    /** Readable when something was posted. */
    int descriptor() {
        return event;
    }

    /** Posts a request; any thread. */
    synchronized void post(Request request) {
        posted.add(request);
        try {
            Descriptors.signal(event);
        } catch (PosixException e) {
            throw new IllegalStateException("eventfd: " + e.getMessage(), e);
        }
    }

    /** Takes everything that was posted. */
    synchronized Set<Request> take() throws PosixException {
        Descriptors.clear(event);
        Set<Request> taken = posted.isEmpty() ? EnumSet.noneOf(Request.class) : EnumSet.copyOf(posted);
        posted.clear();
        return taken;
    }
}
