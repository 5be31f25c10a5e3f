package org.postrider.common.config;

import java.util.function.Function;

/**
 * One evaluation of {@code $name}, {@code ${name?text}}, {@code ${{left} == {right} ? {yes} : {no}}} and their kin, as described
 * at the top of postconf(5). Used once, by one thread. Values are evaluated recursively and only where they are wanted; nesting,
 * steps and the size of the result are bounded, so that no text can keep it busy.
 */
final class Expansion {
    static final int DEEPEST = 100;
    private static final int MOST_STEPS = 100_000;
    private static final int LONGEST = 16 * 1024 * 1024;
    private static final String OPERATORS = "\"==\" or \"!=\"\" or \"<\"\" or \"<=\"\" or \">=\"\" or \">\"";

    private final Function<String, String> values;
    private int steps;

    /**
     * @param values the raw value of a name, empty when it is not defined
     */
    Expansion(Function<String, String> values) {
        this.values = values;
    }

    String expand(String text) {
        return expand(text, 0, "");
    }

    private String expand(String text, int depth, String name) {
        int dollar = text.indexOf('$');
        if (dollar < 0) {
            return text;
        }
        if (depth > DEEPEST) {
            throw new ExpansionException("unreasonable macro call nesting: \"" + name + "\"");
        }
        StringBuilder result = new StringBuilder(text.length() + 64);
        int at = 0;
        while (dollar >= 0) {
            result.append(text, at, dollar);
            at = expandReference(text, dollar + 1, depth, result);
            if (result.length() > LONGEST) {
                throw new ExpansionException("unreasonable macro result length: \"" + name + "\"");
            }
            dollar = text.indexOf('$', at);
        }
        return result.append(text, at, text.length()).toString();
    }

    /** Handles what follows a dollar sign at {@code at - 1}; returns where plain text goes on. */
    private int expandReference(String text, int at, int depth, StringBuilder result) {
        char next = at < text.length() ? text.charAt(at) : ' ';
        if (next == '$') {
            result.append('$');
            return at + 1;
        }
        if (next == '{' || next == '(') {
            int close = Braces.close(text, at);
            if (close < 0) {
                throw new ExpansionException("truncated macro reference: \"" + text + "\"");
            }
            result.append(evaluate(text.substring(at + 1, close), text, depth));
            return close + 1;
        }
        int end = nameEnd(text, at);
        if (end == at) {
            throw new ExpansionException("empty macro name: \"" + text + "\"");
        }
        result.append(value(text.substring(at, end), depth));
        return end;
    }

    private String evaluate(String inner, String whole, int depth) {
        int start = Braces.skipSpace(inner, 0);
        if (start < inner.length() && inner.charAt(start) == '{') {
            return evaluateComparison(inner, start, depth);
        }
        int end = nameEnd(inner, start);
        if (end == start) {
            throw new ExpansionException("empty macro name: \"" + whole + "\"");
        }
        String name = inner.substring(start, end);
        int operator = Braces.skipSpace(inner, end);
        if (operator == inner.length()) {
            return value(name, depth);
        }
        return switch (inner.charAt(operator)) {
            // As in Postfix: whether it is empty as it is written, not what it stands for.
            case '?', ':' -> choose(inner, operator, written(name), depth);
            case '{' -> call(name, inner, operator, depth);
            default -> throw new ExpansionException("attribute name syntax error at: " + pointer(inner, end));
        };
    }

    private String evaluateComparison(String inner, int start, int depth) {
        int leftEnd = braceEnd(inner, start);
        int operatorStart = Braces.skipSpace(inner, leftEnd);
        int operatorEnd = operatorStart;
        while (operatorEnd < inner.length() && "<>=!".indexOf(inner.charAt(operatorEnd)) >= 0) {
            operatorEnd++;
        }
        String operator = inner.substring(operatorStart, operatorEnd);
        if (!isOperator(operator)) {
            throw new ExpansionException(OPERATORS + " expected at: " + pointer(inner, leftEnd, operatorStart));
        }
        int suffixEnd = nameEnd(inner, operatorEnd);
        String suffix = inner.substring(operatorEnd, suffixEnd);
        if (!suffix.isEmpty() && !suffix.equals("level")) {
            throw new ExpansionException("bad operator suffix at: " + pointer(inner, operatorEnd));
        }
        int rightStart = Braces.skipSpace(inner, suffixEnd);
        if (rightStart == inner.length() || inner.charAt(rightStart) != '{') {
            throw new ExpansionException("\"{expression}\" expected at: " + pointer(inner, suffixEnd));
        }
        int rightEnd = braceEnd(inner, rightStart);
        String left = expand(braced(inner, start, leftEnd), depth + 1, "");
        String right = expand(braced(inner, rightStart, rightEnd), depth + 1, "");
        int order = suffix.isEmpty() ? compare(left, right) : level(left).compareTo(level(right));
        String outcome = holds(operator, order) ? "true" : "";
        int rest = Braces.skipSpace(inner, rightEnd);
        if (rest == inner.length()) {
            return outcome;
        }
        if (inner.charAt(rest) != '?' && inner.charAt(rest) != ':') {
            throw new ExpansionException("\"?\" or \":\" expected at: " + pointer(inner, rightEnd));
        }
        return choose(inner, rest, outcome, depth);
    }

    /** Evaluates {@code ?text}, {@code :text} or {@code ?{text}:{text}}, which stands at {@code at}. */
    private String choose(String inner, int at, String condition, int depth) {
        boolean wanted = inner.charAt(at) == '?';
        int start = Braces.skipSpace(inner, at + 1);
        if (start == inner.length() || inner.charAt(start) != '{') {
            return condition.isEmpty() == wanted ? "" : expand(inner.substring(at + 1), depth + 1, "");
        }
        int end = braceEnd(inner, start);
        int next = Braces.skipSpace(inner, end);
        if (wanted && next < inner.length()) {
            if (inner.charAt(next) != ':') {
                throw new ExpansionException("\":\" expected at: " + pointer(inner, end));
            }
            if (condition.isEmpty()) {
                return choose(inner, next, condition, depth);
            }
            checkTail(inner, next);
        } else if (next < inner.length()) {
            throw new ExpansionException("unexpected input at: " + pointer(inner, end));
        }
        return condition.isEmpty() == wanted ? "" : expand(braced(inner, start, end), depth + 1, "");
    }

    /** The part after the colon is looked at even when it is not taken. */
    private static void checkTail(String inner, int colon) {
        int start = Braces.skipSpace(inner, colon + 1);
        if (start < inner.length() && inner.charAt(start) == '{') {
            int end = braceEnd(inner, start);
            if (Braces.skipSpace(inner, end) < inner.length()) {
                throw new ExpansionException("unexpected input at: " + pointer(inner, end));
            }
        }
    }

    private String call(String function, String inner, int open, int depth) {
        int end = braceEnd(inner, open);
        if (!function.equals("domain_to_ascii") || Braces.skipSpace(inner, end) < inner.length()) {
            throw new ExpansionException("unknown function or syntax error at: " + pointer(inner, open));
        }
        String domain = expand(braced(inner, open, end), depth + 1, "");
        boolean transitional = value("enable_idna2003_compatibility", depth).equalsIgnoreCase("yes");
        return AsciiDomain.of(domain, transitional).orElse(domain);
    }

    private String value(String name, int depth) {
        return expand(written(name), depth + 1, name);
    }

    private String written(String name) {
        steps++;
        if (steps > MOST_STEPS) {
            throw new ExpansionException("unreasonable macro call count: \"" + name + "\"");
        }
        return values.apply(name);
    }

    private static boolean isOperator(String text) {
        return switch (text) {
            case "==", "!=", "<", "<=", ">", ">=" -> true;
            default -> false;
        };
    }

    private static boolean holds(String operator, int order) {
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static int compare(String left, String right) {
        if (isDigits(left) && isDigits(right)) {
            String a = withoutZeros(left);
            String b = withoutZeros(right);
            return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
        }
        return left.compareTo(right);
    }

    private static boolean isDigits(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) < '0' || text.charAt(at) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static String withoutZeros(String digits) {
        int at = 0;
        while (at < digits.length() - 1 && digits.charAt(at) == '0') {
            at++;
        }
        return digits.substring(at);
    }

    private static CompatibilityLevel level(String text) {
        return CompatibilityLevel.parse(text)
                .orElseThrow(() -> new ExpansionException("malformed compatibility level syntax: \"" + text + "\""));
    }

    static int nameEnd(String text, int start) {
        int end = start;
        while (end < text.length() && isNameCharacter(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** The position after the brace that closes the one at {@code open}. */
    private static int braceEnd(String inner, int open) {
        int close = Braces.close(inner, open);
        if (close < 0) {
            throw new ExpansionException(
                    "unbalanced {} in attribute expression: \"" + Braces.stripEnd(inner.substring(open)) + "\"");
        }
        return close + 1;
    }

    /** What stands between the braces, white space included. */
    private static String braced(String inner, int open, int end) {
        return inner.substring(open + 1, end - 1);
    }

    private static String pointer(String inner, int at) {
        return pointer(inner, at, at);
    }

    private static String pointer(String inner, int before, int at) {
        return "\"..." + inner.substring(0, before) + ">>>" + inner.substring(at) + "\"";
    }
}
