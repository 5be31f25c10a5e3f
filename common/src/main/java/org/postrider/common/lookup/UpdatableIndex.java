package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A table in an {@link ExistingIndex} that is changed entry by entry while others read it. Each change is a transaction of its own,
 * durable when the method returns. A text from which the table may have been made does not count. Changes wait for each other, and
 * for a postmap that is at work.
 */
final class UpdatableIndex implements UpdatableTable {
    private final String title;
    private final ExistingIndex index;
    private final Path file;
    private final Aside aside;
    private final TableSettings settings;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile @Nullable Opened opened;

    private record Opened(FileFingerprint version, LmdbContents contents) {}

    private interface Change<T> {
        T apply(LmdbWriter writer) throws IOException;
    }

    private UpdatableIndex(String title, ExistingIndex index, Aside aside, TableSettings settings) {
        this.title = title;
        this.index = index;
        this.file = IndexChoice.lmdb(index.source());
        this.aside = aside;
        this.settings = settings;
    }

    /**
     * Opens a table, which is made when it is not there. All of it is read once: the library that writes trusts what it finds.
     *
     * @throws TableException when it can't be changed
     */
    static UpdatableIndex open(String title, ExistingIndex index, Aside aside, TableSettings settings) {
        UpdatableIndex table = new UpdatableIndex(title, index, aside, settings);
        try {
            aside.call(() -> {
                table.check();
                return table.change(_ -> true);
            });
            return table;
        } catch (IOException e) {
            throw new TableException("open database " + table.file + ": " + FileTable.words(e));
        }
    }

    private void check() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return;
        }
        try (LmdbContents contents = LmdbContents.open(settings.services().files(), file, false)) {
            String last = "";
            Optional<Map.Entry<String, String>> entry = contents.after(last);
            while (entry.isPresent()) {
                String key = entry.get().getKey();
                if (key.compareTo(last) <= 0) {
                    throw new IOException("lmdb file is damaged");
                }
                last = key;
                entry = contents.after(key);
            }
        }
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public LookupResult find(String key) {
        try {
            return current().find(key);
        } catch (IOException e) {
            return new LookupResult.Unavailable("open database " + file + ": " + FileTable.words(e));
        }
    }

    @Override
    public void put(String key, String value) throws IOException {
        boolean _ = change(writer -> writer.put(asStored(key), value, true));
    }

    @Override
    public boolean remove(String key) throws IOException {
        return change(writer -> writer.remove(asStored(key)));
    }

    @Override
    public Optional<Map.Entry<String, String>> after(Optional<String> key) throws IOException {
        return current().after(key.map(this::asStored).orElse(""));
    }

    private String asStored(String key) {
        return settings.foldKeys() ? KeyFolding.fold(key) : key;
    }

    private <T> T change(Change<T> change) throws IOException {
        changing.lock();
        try {
            return aside.call(() -> {
                try (LmdbWriter writer = index.open(_ -> ExistingIndex.STANDARD_MODE, true)) {
                    T done = change.apply(writer);
                    writer.commit();
                    return done;
                }
            });
        } finally {
            changing.unlock();
        }
    }

    /** Another file may have taken the place of the one that was read last, which the collector closes. */
    private LmdbContents current() throws IOException {
        FileFingerprint now = settings.services().files().look(file);
        Opened known = opened;
        if (known == null || !known.version.isSameFile(now)) {
            known = new Opened(now, LmdbContents.open(settings.services().files(), file, settings.foldKeys()));
            opened = known;
        }
        return known.contents;
    }
}
