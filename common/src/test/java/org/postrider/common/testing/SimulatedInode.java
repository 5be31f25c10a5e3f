package org.postrider.common.testing;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.Set;

/** One file or directory of a {@link SimulatedFileSystem}: what every process sees, and what is on the disk. */
final class SimulatedInode {
    /** What a disk writes whole or not at all, in bytes. */
    static final int SECTOR = 512;

    /** Tells it from all others, also of the same number. */
    final long serial;
    final long number;
    final boolean directory;
    private byte[] seen = new byte[0];
    private int size;
    private Set<PosixFilePermission> mode;
    private FileTime time = FileTime.fromMillis(0);
    private byte[] stable = new byte[0];
    private Set<PosixFilePermission> stableMode;
    private FileTime stableTime = FileTime.fromMillis(0);
    private final BitSet dirty = new BitSet();

    SimulatedInode(long serial, long number, boolean directory, Set<PosixFilePermission> mode) {
        this.serial = serial;
        this.number = number;
        this.directory = directory;
        this.mode = mode;
        this.stableMode = mode;
    }

    int size() {
        return size;
    }

    Set<PosixFilePermission> mode() {
        return mode;
    }

    void mode(Set<PosixFilePermission> changed) {
        mode = Set.copyOf(changed);
    }

    FileTime time() {
        return time;
    }

    void time(FileTime changed) {
        time = changed;
    }

    byte[] read(int offset, int length) {
        int end = Math.min(size, offset + length);
        return offset >= end ? new byte[0] : Arrays.copyOfRange(seen, offset, end);
    }

    void write(int offset, byte[] bytes) {
        int end = offset + bytes.length;
        if (end > seen.length) {
            seen = Arrays.copyOf(seen, Math.max(end, 2 * seen.length));
        }
        System.arraycopy(bytes, 0, seen, offset, bytes.length);
        size = Math.max(size, end);
        dirty.set(offset / SECTOR, (end + SECTOR - 1) / SECTOR);
    }

    void truncate(int length) {
        if (length < size) {
            Arrays.fill(seen, length, size, (byte) 0);
            dirty.set(length / SECTOR, (size + SECTOR - 1) / SECTOR);
            size = length;
        }
    }

    boolean isDirty() {
        return !dirty.isEmpty() || size != stable.length;
    }

    /** True when the disk has what is seen, which it has not after a refusal. */
    boolean isClean() {
        return Arrays.equals(seen, 0, size, stable, 0, stable.length) && mode.equals(stableMode)
                && time.equals(stableTime);
    }

    /** Content and size are on the disk. */
    void syncData() {
        if (isDirty()) {
            grow(size);
            dirty.stream().forEach(this::copySector);
            dirty.clear();
        }
    }

    /** All is on the disk. */
    void syncAll() {
        syncData();
        stableMode = mode;
        stableTime = time;
    }

    /** The disk refuses: the kernel forgets that there was something to write, and goes on to show it. */
    void fail() {
        dirty.clear();
    }

    private void grow(int length) {
        if (length != stable.length) {
            stable = Arrays.copyOf(stable, length);
        }
    }

    private void copySector(int sector) {
        int from = sector * SECTOR;
        int end = Math.min(Math.min(from + SECTOR, stable.length), size);
        if (from < end) {
            System.arraycopy(seen, from, stable, from, end - from);
        }
    }

    /** The kernel writes something of its own accord. */
    void writeBack(Random random) {
        reach(random, 0.3);
    }

    private void reach(Random random, double share) {
        if (size != stable.length && random.nextDouble() < share) {
            int low = Math.min(size, stable.length);
            int high = Math.max(size, stable.length);
            grow(random.nextBoolean() ? size : low + random.nextInt(high - low + 1));
        }
        dirty.stream().filter(_ -> random.nextDouble() < share).forEach(this::copySector);
        if (random.nextDouble() < share) {
            stableMode = mode;
        }
        if (random.nextDouble() < share) {
            stableTime = time;
        }
    }

    /** The machine stops: some of what was not synced reached the disk, and that is what everybody sees from now on. */
    void crash(Random random, double share) {
        reach(random, share);
        seen = stable.clone();
        size = seen.length;
        mode = stableMode;
        time = stableTime;
        dirty.clear();
    }
}
