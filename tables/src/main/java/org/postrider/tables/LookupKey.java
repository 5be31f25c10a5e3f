package org.postrider.tables;

import java.util.ArrayList;
import java.util.List;

/** A lookup key and its parts, as the {@code %} codes of the database tables take them: the last {@code @} divides. */
public record LookupKey(String text) {
    /** What stands before the {@code @}; all of it where there is none. */
    public String local() {
        int at = text.lastIndexOf('@');
        return at < 0 ? text : text.substring(0, at);
    }

    /** What stands behind the {@code @}; empty where there is none. */
    public String domain() {
        int at = text.lastIndexOf('@');
        return at < 0 ? "" : text.substring(at + 1);
    }

    /** The labels of the domain, the most significant one first, without empty ones. */
    List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (String label : domain().split("\\.", -1)) {
            if (!label.isEmpty()) {
                labels.addFirst(label);
            }
        }
        return labels;
    }
}
