package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.postrider.common.posix.FileLocks;

/**
 * Reads files of Berkeley DB (hash and btree access methods, versions 3 to 5 of the library, either byte order), as Postfix's
 * postmap writes them; the kind is told by the file, not by the name of the table. Nothing is written. Writers change such a file in
 * place under flock(2), so every question takes a shared lock: while somebody writes there is no answer.
 */
public final class BerkeleyContents implements IndexContents {
    private static final int META_SIZE = 512;

    private final Path path;
    private final boolean fold;
    private volatile MappedFile file;

    private BerkeleyContents(Path path, boolean fold, MappedFile file) {
        this.path = path;
        this.fold = fold;
        this.file = file;
    }

    /**
     * Opens a file.
     *
     * @param fold look keys up in lower case
     * @throws IOException when it can't be read, is being written now, or is no such file
     */
    public static BerkeleyContents open(Path path, boolean fold) throws IOException {
        try (FileLocks.Held _ = FileLocks.tryShared(path).orElseThrow(() -> new IOException("being written"))) {
            MappedFile file = MappedFile.of(path, ByteOrder.LITTLE_ENDIAN);
            BerkeleyPages _ = pages(file);
            return new BerkeleyContents(path, fold, file);
        } catch (DamagedIndexException | IndexOutOfBoundsException | InternalError e) {
            throw new IOException("Invalid argument", e);
        }
    }

    @Override
    public LookupResult find(String key) {
        byte[] name = MappedFile.bytes(fold ? KeyFolding.fold(key) : key);
        try {
            Optional<FileLocks.Held> lock = FileLocks.tryShared(path);
            if (lock.isEmpty()) {
                return new LookupResult.Unavailable(path + " is being written");
            }
            try (FileLocks.Held _ = lock.get()) {
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
        if (Files.size(path) != now.size()) {
            now = MappedFile.of(path, ByteOrder.LITTLE_ENDIAN);
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
