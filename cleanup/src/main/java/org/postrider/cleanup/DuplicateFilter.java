package org.postrider.cleanup;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.mail.Recipient;

/** Knows the recipients of one message so far, at most duplicate_filter_limit of them; 0 means no limit. One thread. */
final class DuplicateFilter {
    private final int limit;
    private final Set<String> known = new HashSet<>();

    DuplicateFilter(int limit) {
        this.limit = limit;
    }

    /** True for a recipient that was not seen before with the same original and DSN wishes. */
    boolean isNew(Recipient recipient) {
        String key = (recipient.dsnNotify() + "\n" + recipient.dsnOriginal() + "\n" + recipient.original() + "\n"
                + recipient.address()).toLowerCase(Locale.ROOT);
        if (limit > 0 && known.size() >= limit) {
            return !known.contains(key);
        }
        return known.add(key);
    }
}
