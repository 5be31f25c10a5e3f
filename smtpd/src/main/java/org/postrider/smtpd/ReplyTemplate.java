package org.postrider.smtpd;

import java.util.Map;

/** Texts for clients with {@code $name}, {@code ${name?text}} and {@code ${name:text}} in them (postconf(5), default_rbl_reply). */
final class ReplyTemplate {
    private ReplyTemplate() {}

    /** Puts values in; a name without value is empty. {@code $$} is a dollar sign. */
    static String expand(String template, Map<String, String> values) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at++);
            if (c != '$' || at == template.length()) {
                out.append(c);
            } else if (template.charAt(at) == '$') {
                out.append('$');
                at++;
            } else {
                at = reference(template, at, values, out);
            }
        }
        return out.toString();
    }

    private static int reference(String template, int from, Map<String, String> values, StringBuilder out) {
        char open = template.charAt(from);
        if (open != '{' && open != '(') {
            int end = endOfName(template, from);
            out.append(end == from ? "$" : values.getOrDefault(template.substring(from, end), ""));
            return end;
        }
        int close = closing(template, from);
        String inner = template.substring(from + 1, close);
        int end = endOfName(inner, 0);
        String value = values.getOrDefault(inner.substring(0, end), "");
        if (end == inner.length()) {
            out.append(value);
        } else if (inner.charAt(end) == (value.isEmpty() ? ':' : '?')) {
            out.append(expand(inner.substring(end + 1), values));
        }
        return Math.min(close + 1, template.length());
    }

    private static int endOfName(String text, int from) {
        int end = from;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private static int closing(String text, int from) {
        char open = text.charAt(from);
        char close = open == '{' ? '}' : ')';
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            depth += text.charAt(i) == open ? 1 : text.charAt(i) == close ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return text.length();
    }
}
