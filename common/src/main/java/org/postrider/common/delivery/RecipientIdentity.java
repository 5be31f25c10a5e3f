package org.postrider.common.delivery;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.postrider.common.wire.Network;

/**
 * Does file work with the rights of a recipient. When this process is root, a platform thread takes the recipient's file-system
 * identity (setfsuid, setfsgid) for one piece of work and gives it back; the rest of the JVM stays as it was. Without root only
 * the own user's files can be written, and everything else is a clear error.
 *
 * <p>Files that were opened before stay readable under any identity; so a message is opened first and copied inside.
 * The caller's virtual thread waits. Threads are never interrupted: that would close the files they work on.
 */
public final class RecipientIdentity {
    /** Work under a recipient's rights. */
    public interface FileWork<T> {
        T run() throws IOException, DeliveryTrouble;
    }

    /** Changes the calling thread's file-system identity. */
    public interface Switch {
        /** To this user and group, without other groups. */
        void become(int uid, int gid) throws IOException;
    }

    private final int ownUid;
    private final int ownGid;
    private final Executor threads;
    private final Switch identity;

    /**
     * @param ownUid the user this process runs as
     * @param ownGid its group
     * @param threads bounded platform threads
     * @param identity used only when ownUid is root
     */
    public RecipientIdentity(int ownUid, int ownGid, Executor threads, Switch identity) {
        this.ownUid = ownUid;
        this.ownGid = ownGid;
        this.threads = threads;
        this.identity = identity;
    }

    /** True when this process may act for other users. */
    public boolean isRoot() {
        return ownUid == 0;
    }

    /** The user this process runs as. */
    public int ownUid() {
        return ownUid;
    }

    /** Runs the work with these rights and waits for it. */
    public <T> T call(Rights rights, FileWork<T> work) throws IOException, DeliveryTrouble {
        return call(rights, work, threads);
    }

    /**
     * The same for work that waits for the disk and at most some milliseconds for others who go there, for no lock of a file and no
     * other process: an event loop that carries the caller does it at once, and no other thread is woken. The loop stands
     * still meanwhile, so an agent that calls this has many.
     */
    public <T> T callBriefly(Rights rights, FileWork<T> work) throws IOException, DeliveryTrouble {
        return call(rights, work, Network.carrier().orElse(threads));
    }

    private <T> T call(Rights rights, FileWork<T> work, Executor where) throws IOException, DeliveryTrouble {
        if (ownUid != 0 && rights.uid() != ownUid) {
            throw new DeliveryTrouble("4.3.5",
                    "cannot deliver as user " + rights.name() + ": the mail system runs without root privileges");
        }
        Callable<T> task = ownUid == 0 && rights.uid() != 0 ? () -> switched(rights, work) : work::run;
        FutureTask<T> running = new FutureTask<>(task);
        where.execute(running);
        return await(running);
    }

    private <T> T switched(Rights rights, FileWork<T> work) throws IOException, DeliveryTrouble {
        identity.become(rights.uid(), rights.gid());
        try {
            return work.run();
        } finally {
            identity.become(ownUid, ownGid);
        }
    }

    private static <T> T await(Future<T> running) throws IOException, DeliveryTrouble {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException unwrapped(ExecutionException failure) throws DeliveryTrouble {
        return switch (failure.getCause()) {
            case DeliveryTrouble trouble -> throw trouble;
            case IOException io -> io;
            case Error error -> throw error;
            case RuntimeException unexpected -> throw unexpected;
            case null, default -> new IOException(failure);
        };
    }
}
