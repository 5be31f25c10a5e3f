package org.postrider.tables.sql;

import java.util.Optional;
import org.postrider.tables.KeyTemplate;
import org.postrider.tables.LookupKey;

/**
 * A query with {@code %} codes, and how a key comes into it so that nothing in the key can be more than a value:
 *
 * <ul>
 * <li>inside quotes the quote character is doubled, and backslashes too where the server gives them a meaning;
 * <li>by itself, where Postfix would put the bare key, it becomes a quoted string;
 * <li>between dollar quotes it must not have a dollar sign, as part of a bare name it has to consist of letters, digits and
 * underscores; any other key is not in the table;
 * <li>in a comment it is left out.
 * </ul>
 *
 * The query is sent as text, as Postfix sends it, rather than with bound parameters: a template like {@code '%u@%d'} or {@code
 * INTERVAL '%s'} is one literal of which a parameter could only replace the whole, and types, functions, connection poolers and
 * query logs would see another statement. What the server takes for a quote, it says itself when a connection is made.
 */
final class SqlTemplate {
    private enum State {
        PLAIN, QUOTED, LINE_COMMENT, COMMENT, DOLLAR
    }

    private final KeyTemplate template;
    private final SqlDialect dialect;

    SqlTemplate(KeyTemplate template, SqlDialect dialect) {
        this.template = template;
        this.dialect = dialect;
    }

    /**
     * The statement for this key; empty when the key can't be in the table.
     *
     * @param backslashes whether the server gives backslashes in ordinary strings a meaning
     */
    Optional<String> expand(LookupKey key, boolean backslashes) {
        Writer writer = new Writer(backslashes);
        for (int i = 0; i < template.parts().size(); i++) {
            switch (template.parts().get(i)) {
                case KeyTemplate.Part.Text(String text) -> writer.text(text);
                case KeyTemplate.Part.Code(char letter) -> {
                    Optional<String> value = KeyTemplate.value(letter, key);
                    if (value.isEmpty() || !writer.value(value.get(), next(i))) {
                        return Optional.empty();
                    }
                }
            }
        }
        return Optional.of(writer.sql.toString());
    }

    /** The character behind this part: a word character where another code follows. */
    private char next(int part) {
        if (part + 1 >= template.parts().size()) {
            return ' ';
        }
        return switch (template.parts().get(part + 1)) {
            case KeyTemplate.Part.Text(String text) -> text.charAt(0);
            case KeyTemplate.Part.Code _ -> 'x';
        };
    }

    private static boolean isWord(char c) {
        return c == '_' || c == '$' || Character.isLetterOrDigit(c) || c > 127;
    }

    private static boolean isHarmless(String value) {
        return !value.isEmpty()
                && value.chars().allMatch(c -> c == '_' || (c < 128 && Character.isLetterOrDigit(c)));
    }

    /** Writes the statement and keeps account of where in it the end stands. */
    private final class Writer {
        private final boolean backslashes;
        private final StringBuilder sql = new StringBuilder();
        private State state = State.PLAIN;
        private char quote;
        private boolean escapes;
        /** The text that was written last ends with a backslash that would take away the meaning of what follows. */
        private boolean dangling;
        private int depth;
        private String tag = "";

        Writer(boolean backslashes) {
            this.backslashes = backslashes;
        }

        void text(String text) {
            dangling = false;
            int i = 0;
            while (i < text.length()) {
                i = step(text, i);
            }
        }

        /** Takes at least one character; returns where to go on. */
        private int step(String text, int i) {
            char c = text.charAt(i);
            String rest = text.substring(i);
            int taken = 1;
            switch (state) {
                case QUOTED -> {
                    if (c == '\\' && escapes) {
                        dangling = i + 1 == text.length();
                        taken = dangling ? 1 : 2;
                    } else if (c == quote) {
                        // A doubled quote closes and opens at once: the state is right behind it.
                        state = State.PLAIN;
                    }
                }
                case LINE_COMMENT -> state = c == '\n' ? State.PLAIN : state;
                case COMMENT -> taken = comment(rest);
                case DOLLAR -> {
                    if (rest.startsWith(tag)) {
                        taken = tag.length();
                        state = State.PLAIN;
                    }
                }
                case PLAIN -> taken = plain(c, rest);
            }
            sql.append(text, i, i + taken);
            return i + taken;
        }

        private int comment(String rest) {
            if (rest.startsWith("*/")) {
                depth--;
                state = depth == 0 ? State.PLAIN : state;
                return 2;
            }
            if (dialect == SqlDialect.PGSQL && rest.startsWith("/*")) {
                depth++;
                return 2;
            }
            return 1;
        }

        private int plain(char c, String rest) {
            if (dialect.isQuote(c)) {
                state = State.QUOTED;
                quote = c;
                escapes = dialect.hasBackslashes(c) && (backslashes || isEscapeString());
            } else if (dialect == SqlDialect.SQLITE && c == '[') {
                state = State.QUOTED;
                quote = ']';
                escapes = false;
            } else if (dialect.isLineComment(rest)) {
                state = State.LINE_COMMENT;
            } else if (rest.startsWith("/*")) {
                state = State.COMMENT;
                depth = 1;
                return 2;
            } else if (dialect == SqlDialect.PGSQL && c == '$' && !endsInWord()) {
                return dollar(rest);
            }
            return 1;
        }

        /** {@code $tag$}; the tag may be empty. */
        private int dollar(String rest) {
            int end = 1;
            while (end < rest.length() && rest.charAt(end) != '$' && isWord(rest.charAt(end))) {
                end++;
            }
            if (end < rest.length() && rest.charAt(end) == '$') {
                state = State.DOLLAR;
                tag = rest.substring(0, end + 1);
                return tag.length();
            }
            return 1;
        }

        /** E'...' of PostgreSQL: what stands before the quote is this letter alone. */
        private boolean isEscapeString() {
            int last = sql.length() - 1;
            return dialect == SqlDialect.PGSQL && last >= 0 && (sql.charAt(last) == 'E' || sql.charAt(last) == 'e')
                    && (last == 0 || !isWord(sql.charAt(last - 1)));
        }

        private boolean endsInWord() {
            return !sql.isEmpty() && isWord(sql.charAt(sql.length() - 1));
        }

        /** Writes a part of the key; false when it can't stand here. */
        boolean value(String value, char next) {
            return switch (state) {
                case LINE_COMMENT, COMMENT -> true;
                case QUOTED -> {
                    quoted(value);
                    // In SQLite nothing stands for a closing bracket between brackets.
                    yield !dangling && (quote != ']' || value.indexOf(']') < 0);
                }
                case DOLLAR -> {
                    sql.append(value);
                    yield value.indexOf('$') < 0;
                }
                case PLAIN -> isGlued(next) ? word(value) : literal(value);
            };
        }

        /** Whether a name or a quote touches the place on either side. */
        private boolean isGlued(char next) {
            boolean before = !sql.isEmpty() && ".@:'\"`".indexOf(sql.charAt(sql.length() - 1)) >= 0;
            return before || endsInWord() || isWord(next) || next == '.' || next == '(' || dialect.isQuote(next);
        }

        private boolean literal(String value) {
            quote = '\'';
            escapes = dialect.hasBackslashes(quote) && backslashes;
            sql.append(quote);
            quoted(value);
            sql.append(quote);
            return true;
        }

        private boolean word(String value) {
            sql.append(value);
            return isHarmless(value);
        }

        private void quoted(String value) {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == quote || (c == '\\' && escapes)) {
                    sql.append(c);
                }
                sql.append(c);
            }
        }
    }
}
