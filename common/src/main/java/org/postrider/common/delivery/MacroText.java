package org.postrider.common.delivery;

import java.util.Optional;
import java.util.function.Function;

/**
 * Expands {@code $name}, {@code ${name}}, {@code $(name)}, {@code ${name?text}}, {@code ${name:text}} and
 * {@code ${name?{text}:{text}}} in the values that delivery agents take with every message: forward_path, luser_relay,
 * argv and the like. {@code $$} is a dollar sign. A name whose value is absent or empty is undefined.
 */
public final class MacroText {
    private static final int DEEPEST = 100;

    private final String text;
    private final Function<String, Optional<String>> values;
    private final StringBuilder result = new StringBuilder();
    private final int depth;
    private boolean undefined;

    /**
     * An expanded text.
     *
     * @param text the text
     * @param undefined true when an undefined name was used outside a condition
     */
    public record Expanded(String text, boolean undefined) {}

    private MacroText(String text, Function<String, Optional<String>> values, int depth) {
        this.text = text;
        this.values = values;
        this.depth = depth;
    }

    /** Expands with these values. */
    public static Expanded expand(String text, Function<String, Optional<String>> values) {
        MacroText macros = new MacroText(text, values, 0);
        macros.run();
        return new Expanded(macros.result.toString(), macros.undefined);
    }

    /** Replaces every character that is not among these by an underscore. */
    public static String filtered(String value, String allowed) {
        StringBuilder safe = new StringBuilder(value);
        for (int i = 0; i < safe.length(); i++) {
            if (allowed.indexOf(safe.charAt(i)) < 0) {
                safe.setCharAt(i, '_');
            }
        }
        return safe.toString();
    }

    private void run() {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                result.append(c);
                at++;
            } else {
                at = dollar(at + 1);
            }
        }
    }

    /** Expands what follows a dollar sign and returns where the text goes on. */
    private int dollar(int at) {
        char c = text.charAt(at);
        if (c == '$') {
            result.append('$');
            return at + 1;
        }
        if (c == '{' || c == '(') {
            int end = closing(text, at);
            if (end < 0) {
                undefined = true;
                return text.length();
            }
            braced(text.substring(at + 1, end));
            return end + 1;
        }
        int end = nameEnd(text, at);
        if (end == at) {
            result.append('$');
            return at;
        }
        simple(text.substring(at, end));
        return end;
    }

    private void simple(String name) {
        Optional<String> value = value(name);
        if (value.isPresent()) {
            result.append(value.get());
        } else {
            undefined = true;
        }
    }

    private void braced(String inside) {
        int end = nameEnd(inside, 0);
        String name = inside.substring(0, end);
        if (end == inside.length()) {
            simple(name);
            return;
        }
        boolean defined = value(name).isPresent();
        char operator = inside.charAt(end);
        String rest = inside.substring(end + 1);
        if (operator == '?') {
            String first = rest;
            String second = "";
            if (rest.strip().startsWith("{")) {
                int open = rest.indexOf('{');
                int close = closing(rest, open);
                first = close < 0 ? rest : rest.substring(open + 1, close);
                second = close < 0 ? "" : afterColon(rest.substring(close + 1));
            }
            nested(defined ? first : second);
        } else if (operator == ':') {
            nested(defined ? "" : unbraced(rest));
        } else {
            undefined = true;
        }
    }

    private static String afterColon(String text) {
        String rest = text.strip();
        return rest.startsWith(":") ? unbraced(rest.substring(1)) : "";
    }

    private static String unbraced(String text) {
        String rest = text.strip();
        return rest.startsWith("{") && rest.endsWith("}") ? rest.substring(1, rest.length() - 1) : text;
    }

    private void nested(String inner) {
        if (depth >= DEEPEST) {
            undefined = true;
            return;
        }
        MacroText macros = new MacroText(inner, values, depth + 1);
        macros.run();
        result.append(macros.result);
        undefined |= macros.undefined;
    }

    private Optional<String> value(String name) {
        return values.apply(name).filter(value -> !value.isEmpty());
    }

    private static int nameEnd(String text, int at) {
        int end = at;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private static int closing(String text, int open) {
        char opening = text.charAt(open);
        char closing = opening == '{' ? '}' : ')';
        int level = 0;
        for (int i = open; i < text.length(); i++) {
            if (text.charAt(i) == opening) {
                level++;
            } else if (text.charAt(i) == closing && --level == 0) {
                return i;
            }
        }
        return -1;
    }
}
