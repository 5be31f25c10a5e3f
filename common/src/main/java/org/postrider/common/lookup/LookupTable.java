package org.postrider.common.lookup;

/**
 * A lookup table as of postconf(5) and DATABASE_README: a type, a name, and an answer for a key. Implementations are safe for
 * use by many threads at once; reading a changed source is their own business.
 */
public interface LookupTable {
    /** The value for this key exactly as given; case folding is the table's. */
    LookupResult find(String key);

    /** Answers keys of a block as far as this table can do without a text for each; the first one left is for {@link #find}. */
    default void find(KeyBlock block) {}

    /** The table as the administrator wrote it, {@code type:name}; for log lines. */
    String title();

    /** True where the key is matched as a pattern (regexp, pcre, cidr, tcp): such a table is asked once, with the whole string. */
    default boolean wantsWholeKey() {
        return false;
    }
}
