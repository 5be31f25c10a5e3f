package org.postrider.common.lookup;

/** What a list says about a name or address. */
public enum MatchOutcome {
    /** The first entry that applies takes it. */
    MATCH,
    /** No entry applies, or the first that does excludes it. */
    NO_MATCH,
    /** A table could not answer before any entry applied; the caller defers. */
    UNAVAILABLE;

    /** True only for {@link #MATCH}. */
    public boolean matches() {
        return this == MATCH;
    }
}
