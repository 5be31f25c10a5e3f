package org.postrider.common.lookup;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.posix.NativePattern;
import org.postrider.common.posix.PatternException;

/**
 * Reads regexp_table(5) and pcre_table(5). A rule that can't be read is left out with a warning; warnings are Postfix's to the letter.
 * Used once, by one thread.
 */
final class RuleReader {
    private final String title;
    private final ExpressionDialect dialect;
    private final boolean substitutes;
    private final Complaints complaints;
    private final List<RuleContents.Rule> rules = new ArrayList<>();
    private final Deque<Integer> open = new ArrayDeque<>();

    /** A pattern as it is written. */
    private record Written(String text, int options, boolean negated) {}

    /**
     * @param title the file, or the rules themselves where they stand in a parameter
     * @param substitutes false where the result decides over commands, files or users: $1 would let strangers choose them
     */
    RuleReader(String title, ExpressionDialect dialect, boolean substitutes, Complaints complaints) {
        this.title = title;
        this.dialect = dialect;
        this.substitutes = substitutes;
        this.complaints = complaints;
    }

    RuleContents read(LogicalLines lines, Aside aside) throws IOException {
        LogicalLines.Line line;
        while ((line = lines.next()) != null) {
            if (line.isStray()) {
                complaints.warn(title + ": " + line.strayWords());
                continue;
            }
            try {
                add(line.number(), new RuleLine(line.text()));
            } catch (RuleLine.BadRuleException e) {
                warn(line.number(), String.valueOf(e.getMessage()));
            }
        }
        for (int index : open) {
            warn(rules.get(index).line(), "IF has no matching ENDIF");
            close(index);
        }
        return new RuleContents(rules, aside, this::warn);
    }

    private void warn(int line, String problem) {
        complaints.warn(dialect.title() + " map " + title + ", line " + line + ": " + problem);
    }

    private void add(int number, RuleLine line) throws RuleLine.BadRuleException {
        if (!RuleLine.isAlphanumeric(line.here())) {
            rule(number, line);
        } else if (line.takes("if")) {
            begin(number, line);
        } else if (line.takes("endif")) {
            end(number, line);
        } else {
            throw new RuleLine.BadRuleException("ignoring unrecognized request");
        }
    }

    private void begin(int number, RuleLine line) throws RuleLine.BadRuleException {
        line.skipSpace();
        Written written = written(number, line);
        String rest = line.rest();
        if (!rest.isEmpty()) {
            warn(number, "ignoring extra text after IF statement: \"" + rest + '"');
            warn(number, "do not prepend whitespace to statements between IF and ENDIF");
        }
        RuleContents.Condition condition = new RuleContents.Condition(compile(written, false), written.negated);
        open.push(rules.size());
        rules.add(new RuleContents.Rule(number, condition, null, null, -1));
    }

    private void end(int number, RuleLine line) throws RuleLine.BadRuleException {
        if (open.isEmpty()) {
            throw new RuleLine.BadRuleException("ignoring ENDIF without matching IF");
        }
        if (!line.rest().isEmpty()) {
            warn(number, "ignoring extra text after ENDIF");
        }
        close(open.pop());
    }

    private void close(int index) {
        rules.set(index, rules.get(index).endingAt(rules.size()));
    }

    private void rule(int number, RuleLine line) throws RuleLine.BadRuleException {
        Written first = written(number, line);
        Written second = dialect == ExpressionDialect.REGEXP && !line.isAtEnd() && line.here() == '!'
                ? written(number, line)
                : null;
        String text = line.rest();
        if (text.isEmpty()) {
            warn(number, "no replacement text: using empty string");
        }
        String zero = (dialect == ExpressionDialect.REGEXP ? "out-of-range" : "out of range")
                + " replacement index \"0\"";
        ResultTemplate result = ResultTemplate.parse(text, complaints::warn, problem -> warn(number, problem), zero);
        if (result.substitutes()) {
            checkSubstitution(first);
        }
        rules.add(compiled(number, first, second, result));
    }

    private void checkSubstitution(Written pattern) throws RuleLine.BadRuleException {
        if (!substitutes) {
            throw new RuleLine.BadRuleException("regular expression substitution is not allowed: skipping this rule");
        }
        if (pattern.negated) {
            throw new RuleLine.BadRuleException(
                    "$number found in negative match replacement text: skipping this rule");
        }
    }

    private RuleContents.Rule compiled(int number, Written first, @Nullable Written second, ResultTemplate result)
            throws RuleLine.BadRuleException {
        NativePattern pattern = compile(first, result.substitutes());
        RuleContents.Condition also = null;
        try {
            if (second != null) {
                also = new RuleContents.Condition(compile(second, false), second.negated);
            }
            int group = result.greatestGroup();
            if (group < 0 || group > pattern.groups()) {
                throw new RuleLine.BadRuleException(
                        "out of range replacement index \"" + group + "\": skipping this rule");
            }
        } catch (RuleLine.BadRuleException e) {
            pattern.close();
            if (also != null) {
                also.pattern().close();
            }
            throw e;
        }
        return new RuleContents.Rule(number, new RuleContents.Condition(pattern, first.negated), also, result, -1);
    }

    private NativePattern compile(Written written, boolean needsGroups) throws RuleLine.BadRuleException {
        try {
            return dialect.compile(written.text, written.options, needsGroups);
        } catch (PatternException e) {
            throw new RuleLine.BadRuleException(dialect.words(e));
        }
    }

    /** A pattern between its delimiters, with what stands before and behind. */
    private Written written(int number, RuleLine line) throws RuleLine.BadRuleException {
        boolean negated = line.takesNegation();
        if (line.isAtEnd()) {
            throw new RuleLine.BadRuleException("no regexp: skipping this rule");
        }
        char delimiter = line.take();
        Optional<String> text = line.upTo(delimiter);
        if (text.isEmpty()) {
            throw new RuleLine.BadRuleException("no closing regexp delimiter \"" + delimiter + "\": " + dialect.verb()
                    + " this rule");
        }
        int options = dialect.defaults();
        while (!line.isAtEnd() && !RuleLine.isSpace(line.here())
                && !(dialect == ExpressionDialect.REGEXP && line.here() == '!')) {
            char flag = line.take();
            int bit = dialect.bit(flag);
            if (bit != 0) {
                options ^= bit;
            } else if (dialect == ExpressionDialect.PCRE && flag == 'X') {
                warn(number, "ignoring obsolete regexp option \"X\"");
            } else {
                throw new RuleLine.BadRuleException("unknown regexp option \"" + flag + "\": skipping this rule");
            }
        }
        return new Written(text.get(), options, negated);
    }
}
