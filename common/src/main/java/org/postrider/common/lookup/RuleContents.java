package org.postrider.common.lookup;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rules tried in their order until one gives a result, as cidr_table(5), regexp_table(5) and pcre_table(5) have in common:
 * {@code pattern result}, {@code !pattern result}, and {@code if}/{@code endif} around rules. A rule that can't be read is
 * skipped with a warning; so is one that costs too much on a hostile key.
 */
final class RuleContents implements TableContents {
    /** A pattern at work. */
    interface Test {
        /** The groups by number when the key matches, else null. */
        @Nullable
        IntFunction<String> match(String key) throws TooCostlyException;
    }

    /** A match needed more steps than it may have. */
    static final class TooCostlyException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** The language of one table type. */
    interface Dialect {
        /** As in warnings: {@code cidr}, {@code regexp}, {@code pcre}. */
        String name();

        /** Reads the pattern at the beginning of this text; {@code !} is already gone. */
        Pattern pattern(String text) throws BadRuleException;

        /** What results may hold. */
        Results results();
    }

    /** What the right-hand side of a rule may hold. */
    enum Results {
        /** Any text, taken as it is. */
        LITERAL,
        /** $1 and $$. */
        SUBSTITUTED,
        /** $$, but a rule with $1 is an error. */
        WITHOUT_SUBSTITUTION
    }

    /** A pattern and the text behind it. */
    record Pattern(Test test, String rest, int groups) {}

    /** A rule can't be read; the message goes into the warning. */
    static final class BadRuleException extends Exception {
        private static final long serialVersionUID = 1L;

        BadRuleException(String message) {
            super(message);
        }
    }

    /** @param end for an {@code if}: index of the rule to go on with when it does not hold; else -1 */
    private record Rule(int line, boolean negated, Test test, @Nullable ResultTemplate result, int end) {
        Rule endingAt(int index) {
            return new Rule(line, negated, test, result, index);
        }
    }

    private final List<Rule> rules = new ArrayList<>();
    private final String title;
    private final Dialect dialect;
    private final Complaints complaints;

    private RuleContents(String title, Dialect dialect, Complaints complaints) {
        this.title = title;
        this.dialect = dialect;
        this.complaints = complaints;
    }

    static RuleContents read(LogicalLines lines, String title, Dialect dialect, Complaints complaints)
            throws IOException {
        RuleContents contents = new RuleContents(title, dialect, complaints);
        Deque<Integer> open = new ArrayDeque<>();
        LogicalLines.Line line;
        while ((line = lines.next()) != null) {
            try {
                contents.add(line, open);
            } catch (BadRuleException e) {
                contents.warn(line.number(), e.getMessage());
            }
        }
        for (int index : open) {
            contents.warn(contents.rules.get(index).line, "IF has no matching ENDIF");
            contents.close(index);
        }
        return contents;
    }

    private void add(LogicalLines.Line line, Deque<Integer> open) throws BadRuleException {
        String text = line.text().strip();
        String word = firstWord(text).toLowerCase(Locale.ROOT);
        if (word.equals("endif")) {
            if (open.isEmpty()) {
                throw new BadRuleException("ignoring ENDIF without matching IF");
            }
            if (text.length() > word.length()) {
                warn(line.number(), "ignoring extra text after ENDIF");
            }
            close(open.pop());
            return;
        }
        boolean isIf = word.equals("if");
        String rule = isIf ? text.substring(2).stripLeading() : text;
        boolean negated = false;
        while (rule.startsWith("!")) {
            negated = !negated;
            rule = rule.substring(1).stripLeading();
        }
        if (rule.isEmpty()) {
            throw new BadRuleException(
                    isIf ? "no regular expression: skipping this rule" : "no pattern: skipping this rule");
        }
        Pattern pattern = dialect.pattern(rule);
        String rest = pattern.rest.strip();
        if (isIf) {
            if (!rest.isEmpty()) {
                warn(line.number(), "ignoring extra text after IF statement: \"" + rest + '"');
            }
            open.push(rules.size());
            rules.add(new Rule(line.number(), negated, pattern.test, null, -1));
            return;
        }
        if (rest.isEmpty()) {
            warn(line.number(), "no lookup result: using empty string");
        }
        rules.add(new Rule(line.number(), negated, pattern.test, result(rest, negated, pattern.groups), -1));
    }

    private ResultTemplate result(String text, boolean negated, int groups) throws BadRuleException {
        if (dialect.results() == Results.LITERAL) {
            return ResultTemplate.literal(text);
        }
        ResultTemplate result = ResultTemplate.parse(text, negated, groups);
        if (dialect.results() == Results.WITHOUT_SUBSTITUTION && result.substitutes()) {
            throw new BadRuleException("regular expression substitution is not allowed: skipping this rule");
        }
        return result;
    }

    private void close(int index) {
        rules.set(index, rules.get(index).endingAt(rules.size()));
    }

    private static String firstWord(String text) {
        int end = 0;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }

    private void warn(int line, @Nullable String problem) {
        complaints.warn(dialect.name() + " map " + title + ", line " + line + ": " + problem);
    }

    @Override
    public LookupResult find(String key) {
        int index = 0;
        while (index < rules.size()) {
            Rule rule = rules.get(index);
            IntFunction<String> groups = match(rule, key);
            boolean holds = (groups != null) != rule.negated;
            if (rule.result == null) {
                index = holds ? index + 1 : rule.end;
            } else if (holds) {
                return new LookupResult.Found(rule.result.expand(groups == null ? _ -> "" : groups));
            } else {
                index++;
            }
        }
        return LookupResult.NOT_FOUND;
    }

    private @Nullable IntFunction<String> match(Rule rule, String key) {
        try {
            return rule.test.match(key);
        } catch (TooCostlyException _) {
            warn(rule.line, "matching takes too many steps: skipping this rule");
            // As if the rule were not there: a plain or an inverted match are both untrue.
            return rule.negated ? _ -> "" : null;
        }
    }
}
