package org.postrider.common.delivery;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** One lock per mailbox file among the threads of this JVM; holds an entry only while somebody has or wants the lock. */
final class PathLocks {
    private final Map<Path, Shared> locks = new HashMap<>();

    private static final class Shared {
        final ReentrantLock lock = new ReentrantLock();
        int users;
    }

    /** Waits for the path; close releases it, on the same thread. */
    MailboxLocking.Held lock(Path path) {
        Path key = path.toAbsolutePath().normalize();
        Shared shared;
        synchronized (locks) {
            shared = locks.computeIfAbsent(key, _ -> new Shared());
            shared.users++;
        }
        shared.lock.lock();
        return () -> release(key, shared);
    }

    private void release(Path key, Shared shared) {
        shared.lock.unlock();
        synchronized (locks) {
            shared.users--;
            if (shared.users == 0) {
                locks.remove(key);
            }
        }
    }
}
