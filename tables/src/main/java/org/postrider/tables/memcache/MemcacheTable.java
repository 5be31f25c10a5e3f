package org.postrider.tables.memcache;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.lookup.Aside;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.KeyFolding;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.MatchOutcome;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.Tables;
import org.postrider.common.lookup.UpdatableTable;
import org.postrider.tables.DatabaseException;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.HostPool;
import org.postrider.tables.LookupKey;

/**
 * A table in memcached, and the table behind it (setting {@code backup}), which has the last word: a change goes to both, and what is
 * found only there is stored in memcached. With such a table a memcached that does not answer costs time, not answers.
 */
final class MemcacheTable implements UpdatableTable {
    /** memcached's own limit. */
    private static final int LONGEST_KEY = 250;

    private final String title;
    private final String source;
    private final MemcacheSettings settings;
    private final HostPool<MemcacheLink> pool;
    private final MatchList domains;
    private final boolean foldKeys;
    private final Tables tables;
    private final String backupName;
    private final Optional<LookupTable> backup;
    private final Complaints complaints;
    private final Aside aside = new Aside();

    MemcacheTable(String title, DatabaseSettings written, MemcacheSettings settings, HostPool<MemcacheLink> pool,
            Tables tables) {
        this.title = title;
        this.source = written.source();
        this.settings = settings;
        this.pool = pool;
        this.domains = MatchList.strings(written.text("domain", ""), tables);
        this.foldKeys = tables.settings().foldKeys();
        this.complaints = tables.settings().complaints();
        this.tables = tables;
        this.backupName = written.text("backup", "");
        this.backup = backupName.isEmpty() ? Optional.empty() : Optional.of(tables.open(backupName));
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public LookupResult find(String written) {
        String key = folded(written);
        MatchOutcome eligible = eligible(key);
        if (eligible != MatchOutcome.MATCH) {
            return eligible == MatchOutcome.NO_MATCH
                    ? LookupResult.NOT_FOUND
                    : new LookupResult.Unavailable(source + ": domain list is unavailable");
        }
        Optional<String> cacheKey = cacheKey(key);
        LookupResult cached = cacheKey.isEmpty() ? LookupResult.NOT_FOUND : cached(cacheKey.get());
        if (backup.isEmpty() || cached instanceof LookupResult.Found) {
            return cached;
        }
        LookupResult kept = backup.get().find(key);
        if (kept instanceof LookupResult.Found(String value) && cacheKey.isPresent()
                && cached instanceof LookupResult.NotFound) {
            store(cacheKey.get(), value);
        }
        return kept;
    }

    private LookupResult cached(String cacheKey) {
        try {
            return ask(link -> link.get(cacheKey)).<LookupResult>map(LookupResult.Found::new)
                    .orElse(LookupResult.NOT_FOUND);
        } catch (IOException e) {
            return new LookupResult.Unavailable(source + ": " + e.getMessage());
        }
    }

    /** A value that memcached does not take stays where it is. */
    private void store(String cacheKey, String value) {
        try {
            boolean _ = ask(link -> {
                link.set(cacheKey, value);
                return true;
            });
        } catch (IOException e) {
            complaints.warn(source + ": update of memcache failed: " + e.getMessage());
        }
    }

    @Override
    public void put(String written, String value) throws IOException {
        String key = folded(written);
        Optional<String> cacheKey = eligible(key) == MatchOutcome.MATCH ? cacheKey(key) : Optional.empty();
        if (eligible(key) != MatchOutcome.MATCH) {
            complaints.warn(source + ": skipping update of key \"" + key + "\": domain mismatch");
            return;
        }
        Optional<UpdatableTable> behind = updatableBackup();
        if (behind.isPresent()) {
            behind.get().put(key, value);
        }
        if (cacheKey.isPresent()) {
            boolean _ = ask(link -> {
                link.set(cacheKey.get(), value);
                return true;
            });
        }
    }

    @Override
    public boolean remove(String written) throws IOException {
        String key = folded(written);
        Optional<UpdatableTable> behind = updatableBackup();
        boolean kept = behind.isPresent() && behind.get().remove(key);
        Optional<String> cacheKey = cacheKey(key);
        boolean cached = cacheKey.isPresent() && ask(link -> link.delete(cacheKey.get()));
        return behind.isPresent() ? kept : cached;
    }

    @Override
    public Optional<Map.Entry<String, String>> after(Optional<String> key) throws IOException {
        Optional<UpdatableTable> behind = updatableBackup();
        if (behind.isEmpty()) {
            throw new IOException(title + ": sequence operation is not supported without a backup table");
        }
        return behind.get().after(key);
    }

    private Optional<UpdatableTable> updatableBackup() throws IOException {
        try {
            return backupName.isEmpty() ? Optional.empty() : Optional.of(tables.openForUpdate(backupName));
        } catch (TableException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private String folded(String key) {
        return foldKeys ? KeyFolding.fold(key) : key;
    }

    private MatchOutcome eligible(String key) {
        if (key.isEmpty()) {
            return MatchOutcome.NO_MATCH;
        }
        if (domains.isEmpty()) {
            return MatchOutcome.MATCH;
        }
        int at = key.lastIndexOf('@');
        return at <= 0 || at == key.length() - 1 ? MatchOutcome.NO_MATCH : domains.match(key.substring(at + 1));
    }

    /** What the key is called in memcached; empty when that can't be a name there. */
    private Optional<String> cacheKey(String key) {
        Optional<String> made = settings.keys().expand(new LookupKey(key), text -> text);
        if (made.isPresent() && (made.get().isEmpty() || made.get().length() > LONGEST_KEY
                || made.get().chars().anyMatch(c -> c <= ' ' || c >= 127))) {
            complaints.warn(source + ": key \"" + key + "\" can't be a key of memcache");
            return Optional.empty();
        }
        return made;
    }

    private <R> R ask(HostPool.Question<MemcacheLink, R> question) throws IOException {
        return aside.call(() -> {
            for (int attempt = 1;; attempt++) {
                try {
                    return pool.ask(question);
                } catch (DatabaseException e) {
                    if (!e.reached() || attempt >= settings.tries()) {
                        throw e;
                    }
                }
                Thread.sleep(settings.pause());
            }
        });
    }
}
