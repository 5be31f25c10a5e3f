package org.postrider.local;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the right-hand side syntax of aliases(5): items between commas, RFC 822 comments and quoted strings. An item in double
 * quotes may be a command or a file name with blanks.
 */
final class DestinationList {
    private static final String INCLUDE = ":include:";

    private final String text;
    private final List<Destination> found = new ArrayList<>();
    private final StringBuilder item = new StringBuilder();
    private int at;

    private DestinationList(String text) {
        this.text = text;
    }

    /** The items of one line. */
    static List<Destination> parse(String text) {
        DestinationList list = new DestinationList(text);
        list.run();
        return list.found;
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ',' || c == '\n') {
                finish();
                at++;
            } else if (c == '"') {
                quoted();
            } else if (c == '(' && !isUnquotedCommand()) {
                comment();
            } else if (c == '\\' && at + 1 < text.length() && !item.isEmpty()) {
                item.append(c).append(text.charAt(at + 1));
                at += 2;
            } else {
                item.append(c);
                at++;
            }
        }
        finish();
    }

    /** A command without quotes reaches to the comma; its parentheses are its own. */
    private boolean isUnquotedCommand() {
        return item.toString().stripLeading().startsWith("|");
    }

    private void quoted() {
        int start = at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(at + 1, text.length());
        item.append(text, start, at);
    }

    private void comment() {
        int level = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '(') {
                level++;
            } else if (c == ')' && --level == 0) {
                return;
            }
        }
    }

    private void finish() {
        String one = item.toString().strip();
        item.setLength(0);
        if (!one.isEmpty()) {
            add(one);
        }
    }

    private void add(String one) {
        String bare = unquoted(one);
        if (bare.startsWith("|")) {
            found.add(new Destination.ToCommand(bare.substring(1).strip()));
        } else if (bare.startsWith("/") && !isRoutedAddress(bare)) {
            found.add(new Destination.ToFile(bare));
        } else if (bare.regionMatches(true, 0, INCLUDE, 0, INCLUDE.length())) {
            found.add(new Destination.ToInclude(bare.substring(INCLUDE.length()).strip()));
        } else if (one.startsWith("\\")) {
            found.add(new Destination.ToUser(one.substring(1)));
        } else {
            addresses(one);
        }
    }

    /** {@code /X=y/@gateway} is an address. */
    private static boolean isRoutedAddress(String bare) {
        return bare.indexOf('@') > 0 && bare.indexOf('=') > 0;
    }

    /** Blanks separate plain addresses, but belong to a phrase in front of {@code <address>}. */
    private void addresses(String one) {
        int open = lastUnquoted(one, '<');
        if (open >= 0) {
            int close = one.indexOf('>', open);
            found.add(new Destination.ToAddress(one.substring(open + 1, close < 0 ? one.length() : close).strip()));
            return;
        }
        if (one.indexOf('"') >= 0 || one.indexOf('\\') >= 0) {
            found.add(new Destination.ToAddress(one));
            return;
        }
        for (String word : one.split("[ \t]+")) {
            found.add(new Destination.ToAddress(word));
        }
    }

    private static int lastUnquoted(String one, char wanted) {
        boolean quoted = false;
        int last = -1;
        for (int i = 0; i < one.length(); i++) {
            char c = one.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == wanted && !quoted) {
                last = i;
            }
        }
        return last;
    }

    private static String unquoted(String one) {
        if (one.length() < 2 || one.charAt(0) != '"' || one.charAt(one.length() - 1) != '"') {
            return one;
        }
        StringBuilder bare = new StringBuilder(one.length());
        for (int i = 1; i < one.length() - 1; i++) {
            char c = one.charAt(i);
            if (c == '"') {
                return one;
            }
            if (c == '\\' && i + 1 < one.length() - 1) {
                i++;
                c = one.charAt(i);
            }
            bare.append(c);
        }
        return bare.toString();
    }
}
