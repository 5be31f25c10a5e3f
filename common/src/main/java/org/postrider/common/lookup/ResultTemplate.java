package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.postrider.common.posix.PatternText;

/** The right-hand side of a pattern rule: text with $1, ${1}, $(1) for what groups matched, $$ for a dollar sign. */
final class ResultTemplate {
    /** Text, then the number of a group, or 0 for none. */
    private record Part(String text, int group) {}

    private final List<Part> parts;
    private final LookupResult.Found fixed;

    private ResultTemplate(List<Part> parts) {
        this.parts = parts;
        this.fixed = new LookupResult.Found(parts.getLast().text);
    }

    /**
     * Reads a result.
     *
     * @param warnings told about the text, without file and line
     * @param complain told about one macro; file and line are the callee's
     * @param zero what is said of $0: the two table types write it differently
     */
    static ResultTemplate parse(String text, Consumer<String> warnings, Consumer<String> complain, String zero)
            throws RuleLine.BadRuleException {
        return new Reader(text, warnings, complain, zero).read();
    }

    private static final class Reader {
        private final String text;
        private final Consumer<String> warnings;
        private final Consumer<String> complain;
        private final String zero;
        private final List<Part> parts = new ArrayList<>();
        private final StringBuilder plain = new StringBuilder();
        private int at;
        private boolean bad;

        Reader(String text, Consumer<String> warnings, Consumer<String> complain, String zero) {
            this.text = text;
            this.warnings = warnings;
            this.complain = complain;
            this.zero = zero;
        }

        ResultTemplate read() throws RuleLine.BadRuleException {
            boolean readable = true;
            while (readable && at < text.length()) {
                char c = text.charAt(at++);
                if (c != '$') {
                    plain.append(c);
                } else if (at < text.length() && text.charAt(at) == '$') {
                    plain.append('$');
                    at++;
                } else {
                    readable = macro();
                }
            }
            if (bad) {
                throw new RuleLine.BadRuleException("bad replacement syntax: skipping this rule");
            }
            parts.add(new Part(plain.toString(), 0));
            return new ResultTemplate(List.copyOf(parts));
        }

        /** One macro, behind its dollar sign; false when what follows can't be read either. */
        private boolean macro() {
            char open = at < text.length() ? text.charAt(at) : ' ';
            String name;
            if (open == '{' || open == '(') {
                int end = closing(open, open == '{' ? '}' : ')');
                if (end < 0) {
                    warnings.accept("truncated macro reference: \"" + text + '"');
                    bad = true;
                    return false;
                }
                if (bad) {
                    // Nor does Postfix look into brackets once something was wrong.
                    return false;
                }
                name = text.substring(at + 1, end);
                at = end + 1;
            } else {
                int start = at;
                while (at < text.length() && isName(text.charAt(at))) {
                    at++;
                }
                name = text.substring(start, at);
            }
            if (name.isEmpty()) {
                warnings.accept("empty macro name: \"" + text + '"');
                bad = true;
                return false;
            }
            group(name);
            return true;
        }

        private void group(String name) {
            if (!name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                complain.accept("non-numeric replacement index \"" + name + '"');
                bad = true;
                return;
            }
            int number = number(name);
            if (number == 0) {
                complain.accept(zero);
                bad = true;
                return;
            }
            parts.add(new Part(plain.toString(), number));
            plain.setLength(0);
        }

        /** The bracket that closes the one here; -1 when there is none. */
        private int closing(char open, char close) {
            int depth = 0;
            for (int i = at; i < text.length(); i++) {
                char c = text.charAt(i);
                depth += c == open ? 1 : c == close ? -1 : 0;
                if (depth == 0) {
                    return i;
                }
            }
            return -1;
        }

        private static boolean isName(char c) {
            return RuleLine.isAlphanumeric(c) || c == '_';
        }

        /** As the C library cuts a long down to an int: the warning shows such a number. */
        private static int number(String digits) {
            try {
                return (int) Long.parseLong(digits);
            } catch (NumberFormatException _) {
                return (int) Long.MAX_VALUE;
            }
        }
    }

    /** True when it depends on what groups matched. */
    boolean substitutes() {
        return parts.size() > 1;
    }

    /** The greatest group that a pattern needs, or one below 0 that none has. */
    int greatestGroup() {
        int greatest = 0;
        for (Part part : parts) {
            if (part.group < 0) {
                return part.group;
            }
            greatest = Math.max(greatest, part.group);
        }
        return greatest;
    }

    LookupResult.Found expand(PatternText groups) {
        if (!substitutes()) {
            return fixed;
        }
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.text);
            if (part.group > 0) {
                text.append(groups.group(part.group));
            }
        }
        return new LookupResult.Found(text.toString());
    }
}
