package org.postrider.common.posix;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets files that are finished at about the same time be synced in the same moment: a file system with a journal then writes the
 * names and sizes of all of them in one transaction (docs/adr/0023). One thread does it for all ({@link GroupWork}); each file has an
 * fsync(2) of its own, whose failure is that file's alone.
 *
 * <p>For files of one file system, as the slowest of a group is waited for. Any thread may call, and only waits.
 */
public final class SharedSync {
    private final Disk disk;
    private final GroupWork<Member> groups;

    /** Syncs several open files. */
    interface Disk {
        /** As many as it takes at a time. */
        int MOST = 64;

        /**
         * Returns when each file is on stable storage or has failed.
         *
         * @return for each file why it may not be on the disk, or null
         */
        @Nullable
        IOException[] sync(int... descriptors);
    }

    /** A file in its group. */
    private static final class Member {
        private final int descriptor;
        private @Nullable IOException failure;

        Member(int descriptor) {
            this.descriptor = descriptor;
        }
    }

    /** @param name of the thread that syncs */
    public SharedSync(String name) {
        this(new KernelSync(), GroupWork.AS_LONG_AGAIN, GroupWork.oneThread(name));
    }

    SharedSync(Disk disk, LongUnaryOperator gathering, Executor threads) {
        this.disk = disk;
        this.groups = new GroupWork<>(this::sync, _ -> 1, Disk.MOST, gathering, threads);
    }

    /**
     * Syncs, perhaps together with others.
     *
     * @param descriptor stays open until this returns; all bytes of the file were given to the kernel
     * @throws IOException this file may not be on the disk
     */
    public void sync(int descriptor) throws IOException {
        Member member = new Member(descriptor);
        groups.join(member);
        if (member.failure != null) {
            throw member.failure;
        }
    }

    /** Files that wait for others now. */
    int gathered() {
        return groups.gathered();
    }

    private void sync(List<Member> members) {
        @Nullable
        IOException[] failures = disk.sync(members.stream().mapToInt(member -> member.descriptor).toArray());
        for (int i = 0; i < failures.length; i++) {
            members.get(i).failure = failures[i];
        }
    }
}
