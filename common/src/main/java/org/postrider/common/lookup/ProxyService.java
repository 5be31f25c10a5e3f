package org.postrider.common.lookup;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The table server of proxymap(8), as tables see it. Every method throws {@link TableException} when the server does not serve this
 * table to anybody (proxy_read_maps, proxy_write_maps), and {@link IOException} when the server or the table can't answer now.
 */
public interface ProxyService {
    /**
     * A table at the server.
     *
     * @param name {@code type:name}, without {@code proxy:}
     * @param foldsKeys keys are folded to lower case where the type does that
     * @param substitutes false where rules with $1 are skipped
     */
    record Table(String name, boolean foldsKeys, boolean substitutes) {}

    /** Opens the table; returns whether it {@linkplain LookupTable#wantsWholeKey() wants the whole key}. */
    boolean open(Table table) throws IOException;

    /** The value of a key. */
    Optional<String> lookup(Table table, String key) throws IOException;

    /** Stores a value. */
    void put(Table table, String key, String value) throws IOException;

    /** Removes a key; false when the table did not have it. */
    boolean remove(Table table, String key) throws IOException;

    /** The first entry, or the one after the last that was asked for by anybody. */
    Optional<Map.Entry<String, String>> next(Table table, boolean first) throws IOException;
}
