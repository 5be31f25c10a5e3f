package org.postrider.common.lookup;

/** What a lookup table answers. A table never answers null, and a broken table is never the same as a missing entry. */
public sealed interface LookupResult {
    /** The table has the key. */
    record Found(String value) implements LookupResult {}

    /** The table works and does not have the key. */
    record NotFound() implements LookupResult {}

    /** The table can't answer now; the caller defers (451 4.3.0), it never rejects for good. */
    record Unavailable(String reason) implements LookupResult {}

    /** The one answer of its kind. */
    LookupResult NOT_FOUND = new NotFound();
}
