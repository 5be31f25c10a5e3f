package org.postrider.common.config;

import java.util.Optional;

/** A {@code compatibility_level} value, {@code major[.minor[.patch]]}; missing parts are zero. */
public record CompatibilityLevel(int major, int minor, int patch) implements Comparable<CompatibilityLevel> {
    private static final int PARTS = 3;
    private static final int MOST = 999_999;

    /** Reads a level; empty when the text is none. */
    public static Optional<CompatibilityLevel> parse(String text) {
        int[] parts = new int[PARTS];
        int start = 0;
        for (int part = 0; part < PARTS; part++) {
            int end = start;
            while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                parts[part] = parts[part] * 10 + text.charAt(end) - '0';
                end++;
                if (parts[part] > MOST) {
                    return Optional.empty();
                }
            }
            if (end == start) {
                return Optional.empty();
            }
            if (end == text.length()) {
                return Optional.of(new CompatibilityLevel(parts[0], parts[1], parts[2]));
            }
            if (text.charAt(end) != '.') {
                return Optional.empty();
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    @Override
    public int compareTo(CompatibilityLevel other) {
        int order = Integer.compare(major, other.major);
        order = order != 0 ? order : Integer.compare(minor, other.minor);
        return order != 0 ? order : Integer.compare(patch, other.patch);
    }
}
