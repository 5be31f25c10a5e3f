package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The right-hand side of a pattern rule: text with $1, ${1}, $(1) for what groups matched, $$ for a dollar sign. */
final class ResultTemplate {
    /** Text, then the number of a group, or -1 for none. */
    private record Part(String text, int group) {}

    private final List<Part> parts;

    private ResultTemplate(List<Part> parts) {
        this.parts = parts;
    }

    static ResultTemplate literal(String text) {
        return new ResultTemplate(List.of(new Part(text, -1)));
    }

    /**
     * @param negated the rule has nothing to insert
     * @param groups how many the pattern has
     */
    static ResultTemplate parse(String text, boolean negated, int groups) throws RuleContents.BadRuleException {
        List<Part> parts = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '$') {
                plain.append(c);
                continue;
            }
            if (i < text.length() && text.charAt(i) == '$') {
                plain.append('$');
                i++;
                continue;
            }
            int end = nameEnd(text, i);
            int group = number(text, i, end);
            if (group < 0) {
                throw new RuleContents.BadRuleException("bad lookup result syntax: skipping this rule");
            }
            if (negated) {
                throw new RuleContents.BadRuleException(
                        "$number found in negative match replacement text: skipping this rule");
            }
            if (group > groups) {
                throw new RuleContents.BadRuleException(
                        "out of range replacement index \"" + group + "\": skipping this rule");
            }
            parts.add(new Part(plain.toString(), group));
            plain.setLength(0);
            i = end;
        }
        parts.add(new Part(plain.toString(), -1));
        return new ResultTemplate(List.copyOf(parts));
    }

    /** Where the name that begins here ends; braces included. */
    private static int nameEnd(String text, int from) {
        if (from < text.length() && (text.charAt(from) == '{' || text.charAt(from) == '(')) {
            int end = text.indexOf(text.charAt(from) == '{' ? '}' : ')', from);
            return end < 0 ? text.length() : end + 1;
        }
        int end = from;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int number(String text, int from, int end) {
        String digits = text.substring(from, end);
        if (digits.startsWith("{") || digits.startsWith("(")) {
            digits = digits.length() > 2 ? digits.substring(1, digits.length() - 1) : "";
        }
        if (digits.isEmpty() || digits.length() > 4 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Integer.parseInt(digits);
    }

    /** True when it depends on what groups matched. */
    boolean substitutes() {
        return parts.stream().anyMatch(part -> part.group >= 0);
    }

    String expand(IntFunction<String> groups) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.text);
            if (part.group >= 0) {
                text.append(groups.apply(part.group));
            }
        }
        return text.toString();
    }
}
