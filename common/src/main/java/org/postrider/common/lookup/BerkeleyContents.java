package org.postrider.common.lookup;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.posix.SharedLock;

/**
 * Reads files of Berkeley DB (hash and btree access methods, versions 3 to 5 of the library, either byte order), as Postfix's
 * postmap writes them; the kind is told by the file, not by the name of the table. Nothing is written. Writers change such a file in
 * place under flock(2), so every question takes a shared lock: while somebody writes there is no answer.
 */
public final class BerkeleyContents implements IndexContents {
    private static final int META_SIZE = 512;

    private final Path path;
    private final boolean fold;
    /** Closed with this object, else by the collector. */
    private final OpenedFile opened;
    private final SharedLock lock;
    private volatile MappedFile file;

    private BerkeleyContents(Path path, boolean fold, OpenedFile opened, SharedLock lock) throws IOException {
        this.path = path;
        this.fold = fold;
        this.opened = opened;
        this.lock = lock;
        this.file = MappedFile.of(opened.channel(), ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Opens a file.
     *
     * @param fold look keys up in lower case
     * @throws IOException when it can't be read, is being written now, or is no such file
     */
    public static BerkeleyContents open(Path path, boolean fold) throws IOException {
        return open(new TableFiles(InstantSource.system()), path, fold);
    }

    static BerkeleyContents open(TableFiles files, Path path, boolean fold) throws IOException {
        SharedLock lock = files.lock(path);
        try {
            return open(files.open(path), path, fold, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private static BerkeleyContents open(OpenedFile file, Path path, boolean fold, SharedLock lock) throws IOException {
        try (Closeable _ = lock.tryShared().orElseThrow(() -> new IOException("being written"))) {
            BerkeleyContents contents = new BerkeleyContents(path, fold, file, lock);
            BerkeleyPages _ = pages(contents.file);
            return contents;
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError e) {
            file.close();
            throw new IOException("Invalid argument", e);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public LookupResult find(String key) {
        byte[] name = KeyFolding.bytes(key, fold);
        try {
            Optional<Closeable> held = lock.tryShared();
            if (held.isEmpty()) {
                return new LookupResult.Unavailable(path + " is being written");
            }
            try (Closeable _ = held.get()) {
                BerkeleyPages pages = pages(current());
                Optional<byte[]> value = pages.find(Arrays.copyOf(name, name.length + 1));
                if (value.isEmpty() && name.length > 0) {
                    value = pages.find(name);
                }
                return value.<LookupResult>map(found -> new LookupResult.Found(MappedFile.text(found)))
                        .orElse(LookupResult.NOT_FOUND);
            }
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError _) {
            return new LookupResult.Unavailable(path + " is damaged");
        } catch (IOException e) {
            return new LookupResult.Unavailable(path + ": " + FileTable.words(e));
        }
    }

    @Override
    public void close() {
        lock.close();
        opened.closeQuietly();
    }

    @Override
    public void release() {
        file.release();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Waits for a writer; for commands, on a platform thread.
     */
    @Override
    public void forEach(BiConsumer<String, String> entry) throws IOException {
        try (FileLocks.Held _ = FileLocks.shared(path)) {
            pages(current()).forEach((key, value) -> entry.accept(MappedFile.text(key), MappedFile.text(value)));
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError e) {
            throw new IOException(path + " is damaged", e);
        }
    }

    /** The file as large as it is now. */
    private MappedFile current() throws IOException {
        MappedFile now = file;
        if (opened.channel().size() != now.size()) {
            now = MappedFile.of(opened.channel(), ByteOrder.LITTLE_ENDIAN);
            file = now;
        }
        return now;
    }

    private static BerkeleyPages pages(MappedFile file) {
        if (file.size() < META_SIZE) {
            throw new DamagedIndexException("too short");
        }
        MappedFile ordered = BerkeleyPages.isKnown(file) ? file : file.in(ByteOrder.BIG_ENDIAN);
        return BerkeleyPages.of(ordered);
    }
}
