package org.postrider.common.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is different between two readings of a file, as text for the log: names only, because a value may be a secret. */
final class Changes {
    private static final int MOST_NAMES = 100;

    private Changes() {}

    /** One line for what is new, one for what is different, one for what is gone; none where there is nothing to say. */
    static <V> List<String> between(String file, Map<String, V> then, Map<String, V> now) {
        List<String> added = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        new TreeMap<>(now).forEach((name, value) -> {
            V former = then.get(name);
            if (former == null) {
                added.add(name);
            } else if (!former.equals(value)) {
                changed.add(name);
            }
        });
        new TreeMap<>(then).keySet().stream().filter(name -> !now.containsKey(name)).forEach(removed::add);
        List<String> lines = new ArrayList<>();
        Map<String, List<String>> kinds = new TreeMap<>(
                Map.of("added", added, "changed", changed, "removed", removed));
        kinds.forEach((kind, names) -> {
            if (!names.isEmpty()) {
                lines.add(file + ": " + kind + ": " + listed(names));
            }
        });
        return lines;
    }

    private static String listed(List<String> names) {
        String text = String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)));
        return names.size() > MOST_NAMES ? text + " and " + (names.size() - MOST_NAMES) + " more" : text;
    }
}
