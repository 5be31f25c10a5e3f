package org.postrider.local;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Remembers what was delivered for one message, so that nothing gets it twice; at most duplicate_filter_limit things. */
final class DuplicateFilter {
    private final int limit;
    private final Set<String> seen = new HashSet<>();

    /** @param limit 0 for no limit */
    DuplicateFilter(int limit) {
        this.limit = limit;
    }

    /** True when this kind of delivery to this target was seen before; remembers it otherwise. */
    boolean isRepeated(String kind, String target) {
        String key = kind + ' ' + target.toLowerCase(Locale.ROOT);
        if (limit == 0 || seen.size() < limit) {
            return !seen.add(key);
        }
        return seen.contains(key);
    }
}
