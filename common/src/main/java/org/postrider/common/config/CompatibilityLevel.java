package org.postrider.common.config;

import java.util.Optional;

/** A {@code compatibility_level} value, {@code major[.minor[.patch]]}; missing parts are zero. */
public record CompatibilityLevel(int major, int minor, int patch) implements Comparable<CompatibilityLevel> {
    private static final int PARTS = 3;
    private static final int MOST = 200_000_000;

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

    /** As it is written in main.cf, without parts that are zero at the end. */
    public String text() {
        return major + (minor == 0 && patch == 0 ? "" : "." + minor) + (patch == 0 ? "" : "." + patch);
    }

    @Override
    public int compareTo(CompatibilityLevel other) {
        int order = Integer.compare(major, other.major);
        order = order != 0 ? order : Integer.compare(minor, other.minor);
        return order != 0 ? order : Integer.compare(patch, other.patch);
    }
}
