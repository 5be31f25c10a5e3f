package org.postrider.common.testing;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postrider.common.queue.Disk;

/**
 * A file system in memory that can lose what was not synced. The program under test works on its paths through java.nio.file, and
 * through {@link #disk()} where java.nio.file ends; it can't tell the difference, but for the speed.
 *
 * <p>What it promises: a rename is in effect wholly or not at all. fsync(2) of a file makes its content, attributes and its own
 * creation and renames durable; fdatasync(2) content and size only; fsync of a directory the names in it; syncfs(2) everything. What
 * it does not promise: any order of anything else. A crash keeps or loses each change of a name that was not synced, whatever other
 * files came before or after; each sector that was not synced; size, mode and time, each by itself. An inode number is used again as
 * soon as its file has no name, though the disk may still have it there; only that a number is two files at once can't be on the disk, so
 * the second one is not before the first is gone. A file of which the disk refused something looks as if nothing had happened until the
 * next crash.
 *
 * <p>The same seed gives the same story. One thread.
 */
public final class SimulatedFileSystem extends FileSystem {
    private final Random random;
    private final SimulatedProvider provider = new SimulatedProvider(this);
    /** By their serials, as names are; a number may come again while the disk still has its last file. */
    private final Map<Long, SimulatedInode> inodes = new HashMap<>();
    private final TreeMap<String, Long> names = new TreeMap<>();
    private final TreeMap<String, Long> stableNames = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();
    private final Set<String> locks = new HashSet<>();
    private long serials;
    private long life;
    private long incarnation;
    private long operations;
    private int untilCrash = Integer.MAX_VALUE;
    private boolean refusesSyncs;
    private boolean full;
    private int wholeSyncs;
    private int losses;
    private boolean lossesTold;

    /** A change of a name that is not durable; from and to may be missing. */
    private record Change(@Nullable String from, @Nullable String to, long inode) {
        boolean touches(String directory) {
            return isIn(from, directory) || isIn(to, directory);
        }

        private static boolean isIn(@Nullable String path, String directory) {
            return path != null && path.startsWith(directory + "/") && path.indexOf('/', directory.length() + 1) < 0;
        }
    }

    /** A change that may be cut short by a crash. */
    interface Act {
        void run() throws IOException;
    }

    public SimulatedFileSystem(Random random) {
        this.random = random;
    }

    // ---- what happens to it ----

    /** The operation after so many others is the last. */
    public void crashAfter(int operationCount) {
        untilCrash = operationCount;
    }

    /** How many operations changed something or synced so far. */
    public long operations() {
        return operations;
    }

    /** True when nothing would be lost. */
    public boolean isClean() {
        return pending.isEmpty() && inodes.values().stream().allMatch(SimulatedInode::isClean);
    }

    /** How many times everything was synced. */
    public int wholeSyncs() {
        return wholeSyncs;
    }

    /** From now on syncs fail, and the kernel forgets what it should have written. */
    public void refuseSyncs(boolean refuse) {
        refusesSyncs = refuse;
    }

    /** From now on there is no room for new files and for longer ones. */
    public void full(boolean now) {
        full = now;
    }

    /** All processes are killed; what they wrote stays. */
    public void killProcesses() {
        life++;
        locks.clear();
        untilCrash = Integer.MAX_VALUE;
    }

    /** The machine stops, and is started again. */
    public void crash() {
        killProcesses();
        incarnation++;
        double[] shares = {0, 0.1, 0.5, 0.9, 1};
        double share = shares[random.nextInt(shares.length)];
        for (Change change : pending) {
            if (random.nextDouble() < share && !isTwice(change)) {
                settle(change);
            }
        }
        pending.clear();
        double dataShare = shares[random.nextInt(shares.length)];
        inodes.values().forEach(inode -> inode.crash(random, dataShare));
        names.clear();
        names.putAll(stableNames);
        inodes.keySet().retainAll(Set.copyOf(names.values()));
        losses = 0;
        lossesTold = false;
    }

    /** The kernel writes a little of its own accord. */
    public void writeBack() {
        inodes.values().forEach(inode -> inode.writeBack(random));
        if (!pending.isEmpty() && random.nextBoolean() && !isTwice(pending.getFirst())) {
            settle(pending.removeFirst());
        }
    }

    /** True while the disk has another file of this one's number. */
    private boolean isTwice(Change change) {
        return change.to != null && stableNames.values().stream()
                .anyMatch(other -> other != change.inode && number(other) == number(change.inode));
    }

    /** The disk has this file's number for it alone: by whichever act its predecessor lost its name, that act is on the disk, too. */
    private void forgetPredecessor(long inode) {
        for (Map.Entry<String, Long> entry : new TreeMap<>(stableNames).entrySet()) {
            long other = entry.getValue();
            if (other < inode && number(other) == number(inode)) {
                String name = entry.getKey();
                stableNames.remove(name);
                boolean left = pending.stream().anyMatch(change -> change.inode == other && name.equals(change.from));
                Long successor = names.get(name);
                if (!left && successor != null) {
                    stableNames.values().removeIf(successor::equals);
                    stableNames.put(name, successor);
                }
            }
        }
    }

    private long number(long serial) {
        SimulatedInode inode = inodes.get(serial);
        return inode == null ? -serial : inode.number;
    }

    private void settle(Change change) {
        if (change.from != null && !Long.valueOf(change.inode).equals(stableNames.get(change.from))) {
            return;
        }
        if (change.to != null && !parentIsThere(change.to)) {
            return;
        }
        if (change.from != null) {
            stableNames.remove(change.from);
        }
        if (change.to != null) {
            stableNames.put(change.to, change.inode);
        }
    }

    private boolean parentIsThere(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 || stableNames.containsKey(path.substring(0, slash));
    }

    private void settle(Predicate<Change> which) {
        for (var each = pending.iterator(); each.hasNext();) {
            Change change = each.next();
            if (which.test(change)) {
                forgetPredecessor(change.inode);
                settle(change);
                each.remove();
            }
        }
    }

    /** One step of the story: everything that changes something goes through here. */
    void change(Act act) throws IOException {
        operations++;
        if (untilCrash-- <= 0) {
            if (random.nextBoolean()) {
                act.run();
            }
            throw new SimulatedCrash();
        }
        act.run();
    }

    long life() {
        return life;
    }

    // ---- what programs do with it ----

    /** What java.nio.file does not have. */
    public Disk disk() {
        return new Disk() {
            @Override
            public Mounted mounted(Path directory) {
                return new Held();
            }

            @Override
            public Optional<Closeable> lock(Path file) throws IOException {
                inode(file);
                String name = file.toString();
                long owner = life;
                return locks.add(name)
                        ? Optional.of(() -> {
                            if (owner == life) {
                                locks.remove(name);
                            }
                        })
                        : Optional.empty();
            }
        };
    }

    /** Hears once of what was lost since it was made, and of what nobody has heard of yet. */
    private final class Held implements Disk.Mounted {
        private int known = lossesTold ? losses : 0;

        @Override
        public void sync() throws IOException {
            change(() -> {
                syncEverything();
                if (known != losses) {
                    known = losses;
                    lossesTold = true;
                    throw new IOException("Input/output error");
                }
            });
        }

        @Override
        public String incarnation() {
            return "life " + incarnation;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private void syncEverything() {
        if (refusesSyncs) {
            inodes.values().forEach(SimulatedInode::fail);
            lose();
        } else {
            inodes.values().forEach(SimulatedInode::syncAll);
            pending.clear();
            stableNames.clear();
            stableNames.putAll(names);
            wholeSyncs++;
        }
    }

    private void lose() {
        losses++;
        lossesTold = false;
    }

    void sync(SimulatedInode inode, boolean withMetadata) throws IOException {
        change(() -> {
            if (refusesSyncs) {
                inode.fail();
                lose();
                throw new IOException("Input/output error");
            }
            if (inode.directory) {
                names.entrySet().stream().filter(entry -> entry.getValue() == inode.serial).findFirst()
                        .ifPresent(entry -> settle(one -> one.touches(entry.getKey())));
                return;
            }
            if (withMetadata) {
                inode.syncAll();
                settleNamesOf(inode);
            } else {
                inode.syncData();
            }
        });
    }

    private void settleNamesOf(SimulatedInode inode) {
        settle(change -> {
            SimulatedInode other = inodes.get(change.inode);
            return change.inode == inode.serial || (other != null && other.directory);
        });
        // Whatever became of what other files did with the names that this one had before.
        forgetPredecessor(inode.serial);
        stableNames.values().removeIf(serial -> serial == inode.serial);
        names.forEach((name, serial) -> {
            if (serial == inode.serial && parentIsThere(name)) {
                stableNames.put(name, serial);
            }
        });
    }

    void write(SimulatedInode inode, int offset, byte[] bytes) throws IOException {
        if (full && offset + bytes.length > inode.size()) {
            throw new IOException("No space left on device");
        }
        operations++;
        if (untilCrash-- <= 0) {
            boolean oneSector = offset / SimulatedInode.SECTOR == (offset + bytes.length - 1) / SimulatedInode.SECTOR;
            byte[] part = new byte[oneSector ? random.nextInt(2) * bytes.length : random.nextInt(bytes.length + 1)];
            System.arraycopy(bytes, 0, part, 0, part.length);
            inode.write(offset, part);
            throw new SimulatedCrash();
        }
        inode.write(offset, bytes);
    }

    SimulatedInode inode(Path path) throws IOException {
        Long serial = names.get(path.toString());
        SimulatedInode inode = serial == null ? null : inodes.get(serial);
        if (inode == null) {
            throw new NoSuchFileException(path.toString());
        }
        return inode;
    }

    SimulatedInode create(Path path, boolean directory, Set<PosixFilePermission> mode) throws IOException {
        String name = path.toString();
        if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        Path parent = path.getParent();
        if (parent != null && !names.containsKey(parent.toString())) {
            throw new NoSuchFileException(name);
        }
        if (full) {
            throw new IOException("No space left on device");
        }
        SimulatedInode made = new SimulatedInode(++serials, freeNumber(), directory, mode);
        change(() -> {
            inodes.put(made.serial, made);
            names.put(name, made.serial);
            pending.add(new Change(null, name, made.serial));
        });
        return made;
    }

    private long freeNumber() {
        Set<Long> taken = new HashSet<>();
        names.values().forEach(serial -> taken.add(number(serial)));
        long number = 1;
        while (taken.contains(number)) {
            number++;
        }
        return number;
    }

    void delete(Path path) throws IOException {
        SimulatedInode inode = inode(path);
        change(() -> {
            names.remove(path.toString());
            pending.add(new Change(path.toString(), null, inode.serial));
            forgetIfGone(inode);
        });
    }

    /** Nothing is left of a file without a name when the disk does not know it, either. */
    private void forgetIfGone(SimulatedInode inode) {
        if (!stableNames.containsValue(inode.serial)) {
            pending.removeIf(change -> change.inode == inode.serial);
            inodes.remove(inode.serial);
        }
    }

    void move(Path from, Path to) throws IOException {
        SimulatedInode inode = inode(from);
        Path parent = to.getParent();
        if (parent != null && !names.containsKey(parent.toString())) {
            throw new NoSuchFileException(to.toString());
        }
        change(() -> {
            names.remove(from.toString());
            names.put(to.toString(), inode.serial);
            pending.add(new Change(from.toString(), to.toString(), inode.serial));
        });
    }

    List<Path> list(Path directory) throws IOException {
        inode(directory);
        String start = directory + "/";
        List<Path> found = new ArrayList<>();
        for (String name : names.tailMap(start).keySet()) {
            if (!name.startsWith(start)) {
                break;
            }
            if (name.indexOf('/', start.length()) < 0) {
                found.add(new SimulatedPath(this, name));
            }
        }
        return found;
    }

    // ---- java.nio.file ----

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        // It goes with its last user.
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic", "posix", "unix");
    }

    @Override
    public Path getPath(String first, String... more) {
        return new SimulatedPath(this, more.length == 0 ? first : first + "/" + String.join("/", more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }
}
