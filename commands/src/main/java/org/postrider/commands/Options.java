package org.postrider.commands;

import java.util.ArrayList;
import java.util.List;

/**
 * A whole command line, read at once.
 *
 * @param given the options in order
 * @param operands what follows them
 */
record Options(List<Option> given, List<String> operands) {
    /**
     * One option.
     *
     * @param value its value, empty when it takes none
     */
    record Option(char letter, String value) {}

    /** @param letters as for {@link Getopt} */
    static Options parse(String letters, List<String> arguments) throws UsageException {
        Getopt getopt = new Getopt(arguments, letters);
        List<Option> given = new ArrayList<>();
        for (int letter = getopt.next(); letter >= 0; letter = getopt.next()) {
            if (letter == Getopt.UNKNOWN) {
                throw new UsageException("invalid option -- '" + getopt.option() + "'");
            }
            if (letter == Getopt.MISSING_VALUE) {
                throw new UsageException("option requires an argument -- '" + getopt.option() + "'");
            }
            int known = letters.indexOf(letter);
            boolean hasValue = known + 1 < letters.length() && letters.charAt(known + 1) == ':';
            given.add(new Option((char) letter, hasValue ? getopt.value() : ""));
        }
        return new Options(List.copyOf(given), getopt.operands());
    }
}
