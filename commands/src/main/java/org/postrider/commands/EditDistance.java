package org.postrider.commands;

/** How many letters must be changed, added, left out or exchanged with their neighbour to make one word of another. */
final class EditDistance {
    private EditDistance() {}

    /** The distance; {@code limit} when it is that or more. */
    static int of(String one, String other, int limit) {
        if (Math.abs(one.length() - other.length()) >= limit) {
            return limit;
        }
        int[] before = new int[other.length() + 1];
        int[] previous = new int[other.length() + 1];
        int[] current = new int[other.length() + 1];
        for (int column = 0; column <= other.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= one.length(); row++) {
            current[0] = row;
            int least = row;
            for (int column = 1; column <= other.length(); column++) {
                boolean same = one.charAt(row - 1) == other.charAt(column - 1);
                int best = Math.min(previous[column - 1] + (same ? 0 : 1),
                        Math.min(previous[column], current[column - 1]) + 1);
                boolean exchanged = row > 1 && column > 1 && one.charAt(row - 1) == other.charAt(column - 2)
                        && one.charAt(row - 2) == other.charAt(column - 1);
                current[column] = exchanged ? Math.min(best, before[column - 2] + 1) : best;
                least = Math.min(least, current[column]);
            }
            if (least >= limit) {
                return limit;
            }
            int[] spare = before;
            before = previous;
            previous = current;
            current = spare;
        }
        return Math.min(limit, previous[other.length()]);
    }
}
