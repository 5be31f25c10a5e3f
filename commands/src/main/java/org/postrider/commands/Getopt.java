package org.postrider.commands;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command-line options as POSIX getopt(3) reads them: {@code -ab}, {@code -cvalue}, {@code -c value}, and {@code --} or the first
 * word that is no option ends them. Used once, by one thread.
 *
 * <pre>{@code
 * Getopt options = new Getopt(arguments, "c:v");
 * for (int option = options.next(); option >= 0; option = options.next()) { switch (option) { case 'c' -> ... } }
 * List<String> operands = options.operands();
 * }</pre>
 */
public final class Getopt {
    /** What {@link #next} answers for a letter that is not known. */
    public static final int UNKNOWN = '?';
    /** What {@link #next} answers for an option whose value is missing. */
    public static final int MISSING_VALUE = ':';

    private final List<String> arguments;
    private final String letters;
    private int word;
    private int at;
    private int option;
    private @Nullable String value;

    /**
     * @param letters the options; a colon after a letter says that it takes a value
     */
    public Getopt(List<String> arguments, String letters) {
        this.arguments = List.copyOf(arguments);
        this.letters = letters;
    }

    /** The next option's letter, {@link #UNKNOWN}, {@link #MISSING_VALUE}, or -1 after the last one. */
    public int next() {
        value = null;
        if (at == 0 && !startWord()) {
            return -1;
        }
        String current = arguments.get(word);
        option = current.charAt(at);
        at++;
        int known = option == ':' ? -1 : letters.indexOf(option);
        boolean wantsValue = known >= 0 && known + 1 < letters.length() && letters.charAt(known + 1) == ':';
        if (wantsValue) {
            return takeValue(current);
        }
        if (at == current.length()) {
            endWord();
        }
        return known < 0 ? UNKNOWN : option;
    }

    /** The letter that {@link #next} read, also when it answered with an error. */
    public char option() {
        return (char) option;
    }

    /** The value of the option that {@link #next} answered. */
    public String value() {
        if (value == null) {
            throw new IllegalStateException("option " + option() + " has no value");
        }
        return value;
    }

    /** What follows the options. */
    public List<String> operands() {
        return arguments.subList(word, arguments.size());
    }

    /** What getopt(3) prints about the error that {@link #next} answered with. */
    public String complaint(String command, int error) {
        String problem = error == MISSING_VALUE ? "option requires an argument" : "invalid option";
        return command + ": " + problem + " -- '" + option() + "'";
    }

    private boolean startWord() {
        if (word == arguments.size()) {
            return false;
        }
        String current = arguments.get(word);
        if (current.equals("--")) {
            word++;
            return false;
        }
        if (current.length() < 2 || current.charAt(0) != '-') {
            return false;
        }
        at = 1;
        return true;
    }

    private int takeValue(String current) {
        boolean glued = at < current.length();
        if (glued) {
            value = current.substring(at);
        }
        endWord();
        if (glued) {
            return option;
        }
        if (word == arguments.size()) {
            return MISSING_VALUE;
        }
        value = arguments.get(word);
        word++;
        return option;
    }

    private void endWord() {
        word++;
        at = 0;
    }
}
