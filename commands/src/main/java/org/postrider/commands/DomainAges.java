package org.postrider.commands;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many addresses of each domain wait how long: the table of qshape(1). One thread. */
final class DomainAges {
    /** More would have limits beyond what a long holds. */
    static final int MOST_BUCKETS = 40;
    private static final String TOTAL = "TOTAL";
    private static final int LEAST_NAME_WIDTH = 18;
    private static final int LEAST_COLUMN_WIDTH = 2;

    private final long[] limits;
    private final Map<String, long[]> domains = new HashMap<>();
    private final long[] total;
    private long messages;

    /** A line of the table: how many there are, then how many in each bucket. */
    private static final class Row {
        private final String name;
        private final long[] counts;

        Row(String name, long[] counts) {
            this.name = name;
            this.counts = counts;
        }

        String name() {
            return name;
        }
    }

    /**
     * @param buckets how many ages are told apart; the last has no limit
     * @param minutes the limit of the first
     * @param linear whether each is as long as the first, not twice as long as the one before
     */
    DomainAges(int buckets, int minutes, boolean linear) {
        limits = new long[buckets - 1];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = linear ? minutes * (i + 1L) : (long) minutes << i;
        }
        total = new long[buckets + 1];
    }

    /** Notes that a message was looked at. */
    void message() {
        messages++;
    }

    /** How many messages were looked at. */
    long messages() {
        return messages;
    }

    /** Adds one address of this domain, which is compared as it stands. */
    void add(String domain, Instant arrived, Instant now) {
        long[] counts = domains.computeIfAbsent(domain, _ -> new long[total.length]);
        long age = Duration.between(arrived, now).toSeconds();
        int bucket = 0;
        while (bucket < limits.length && age >= limits[bucket] * 60) {
            bucket++;
        }
        for (long[] row : List.of(counts, total)) {
            row[0]++;
            row[bucket + 1]++;
        }
    }

    /**
     * Prints the table, the largest numbers first.
     *
     * @param width columns of a line, where the counts leave room for that
     * @param leastSubdomains parent domains with as many domains below have a line of their own; 0 for none
     * @param mostRows so many lines below the heading at most
     */
    void print(PrintStream out, int width, int leastSubdomains, int mostRows) {
        List<Row> rows = new ArrayList<>();
        domains.forEach((name, counts) -> rows.add(new Row(name, counts)));
        if (leastSubdomains > 0) {
            addParents(rows, leastSubdomains);
        }
        rows.sort(Comparator.comparingLong((Row row) -> -row.counts[0]).thenComparingInt(row -> row.name.length())
                .thenComparing(Row::name));
        rows.addFirst(new Row(TOTAL, total));
        int[] columns = columns();
        int nameWidth = width;
        for (int column : columns) {
            nameWidth -= column + 1;
        }
        nameWidth = Math.max(LEAST_NAME_WIDTH, nameWidth);
        StringBuilder heading = new StringBuilder(" ".repeat(nameWidth));
        for (int i = 0; i < columns.length; i++) {
            append(heading, title(i), columns[i]);
        }
        out.print(heading.append('\n'));
        for (Row row : rows.subList(0, Math.min(rows.size(), mostRows))) {
            StringBuilder line = new StringBuilder(width);
            String name = fitted(row.name, nameWidth);
            line.repeat(' ', nameWidth - name.length()).append(name);
            for (int i = 0; i < columns.length; i++) {
                append(line, Long.toString(row.counts[i]), columns[i]);
            }
            out.print(line.append('\n'));
        }
    }

    /** A parent counts whatever is below it; a top level domain is none. */
    private static void addParents(List<Row> rows, int leastSubdomains) {
        Map<String, long[]> sums = new HashMap<>();
        Map<String, Integer> below = new HashMap<>();
        for (Row row : rows) {
            for (int dot = row.name.indexOf('.'); dot >= 0; dot = row.name.indexOf('.', dot + 1)) {
                String parent = row.name.substring(dot);
                if (parent.indexOf('.', 1) < 0) {
                    break;
                }
                below.merge(parent, 1, Integer::sum);
                long[] sum = sums.computeIfAbsent(parent, _ -> new long[row.counts.length]);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += row.counts[i];
                }
            }
        }
        sums.forEach((parent, sum) -> {
            if (below.getOrDefault(parent, 0) >= leastSubdomains) {
                rows.add(new Row(parent, sum));
            }
        });
    }

    private String title(int column) {
        if (column == 0) {
            return "T";
        }
        if (column <= limits.length) {
            return Long.toString(limits[column - 1]);
        }
        return (limits.length == 0 ? 0 : limits[limits.length - 1]) + "+";
    }

    /** The total is the largest number of each column. */
    private int[] columns() {
        int[] columns = new int[total.length];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = Math.max(LEAST_COLUMN_WIDTH,
                    Math.max(title(i).length(), Long.toString(total[i]).length()));
        }
        return columns;
    }

    private static void append(StringBuilder line, String text, int width) {
        line.append(' ').repeat(' ', width - text.length()).append(text);
    }

    /** The end of a name is what tells domains apart. */
    private static String fitted(String name, int width) {
        if (name.length() <= width) {
            return name;
        }
        return name.startsWith(".")
                ? ".+" + name.substring(name.length() - width + 2)
                : '+' + name.substring(name.length() - width + 1);
    }
}
