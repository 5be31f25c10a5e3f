package org.postrider.common.lookup;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * {@code proxy:type:name}: the table stands in proxymap(8). It is opened there at the first lookup, so that a daemon's start waits
 * for no other daemon.
 */
final class ProxyTable implements UpdatableTable {
    private final String title;
    private final ProxyService.Table table;
    private final ProxyService service;
    private final Complaints complaints;
    private final AtomicBoolean refused = new AtomicBoolean();
    private volatile @Nullable Boolean wholeKey;

    ProxyTable(String title, ProxyService.Table table, ProxyService service, Complaints complaints) {
        this.title = title;
        this.table = table;
        this.service = service;
        this.complaints = complaints;
    }

    /** Opens the table at the server now; throws {@link TableException} when that does not work. */
    void open() {
        try {
            wholeKey = service.open(table);
        } catch (IOException e) {
            throw new TableException(problem(e));
        }
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean wantsWholeKey() {
        Boolean known = wholeKey;
        if (known != null) {
            return known;
        }
        try {
            boolean answered = service.open(table);
            wholeKey = answered;
            return answered;
        } catch (IOException | TableException _) {
            // The lookup that follows meets the same and says so.
            return false;
        }
    }

    @Override
    public LookupResult find(String key) {
        try {
            return service.lookup(table, key).<LookupResult>map(LookupResult.Found::new)
                    .orElse(LookupResult.NOT_FOUND);
        } catch (TableException e) {
            String problem = String.valueOf(e.getMessage());
            if (!refused.getAndSet(true)) {
                complaints.error(problem);
            }
            return new LookupResult.Unavailable(problem);
        } catch (IOException e) {
            return new LookupResult.Unavailable(problem(e));
        }
    }

    @Override
    public void put(String key, String value) throws IOException {
        service.put(table, key, value);
    }

    @Override
    public boolean remove(String key) throws IOException {
        return service.remove(table, key);
    }

    /** The server knows how far its one reader has come; the key only tells a start from a continuation. */
    @Override
    public Optional<Map.Entry<String, String>> after(Optional<String> key) throws IOException {
        return service.next(table, key.isEmpty());
    }

    private String problem(IOException e) {
        return "table " + title + ": " + FileTable.words(e);
    }
}
