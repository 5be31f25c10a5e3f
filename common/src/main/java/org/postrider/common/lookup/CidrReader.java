package org.postrider.common.lookup;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads cidr_table(5). A rule that can't be read is left out with a warning; warnings are Postfix's to the letter. Used once, by one
 * thread.
 */
final class CidrReader {
    private final String title;
    private final Complaints complaints;
    private final List<LookupResult.Found> results = new ArrayList<>();
    private final Deque<Level> levels = new ArrayDeque<>();

    /** What is between an {@code if} and its {@code endif}, or in the whole file. */
    private static final class Level {
        final int line;
        final AddressBlock block;
        final boolean negated;
        final List<CidrContents.Step> steps = new ArrayList<>();
        private final List<AddressIntervals.Entry> four = new ArrayList<>();
        private final List<AddressIntervals.Entry> six = new ArrayList<>();

        Level(int line, AddressBlock block, boolean negated) {
            this.line = line;
            this.block = block;
            this.negated = negated;
        }

        void add(AddressBlock plain, int rule) {
            (plain.address().length == 4 ? four : six).add(new AddressIntervals.Entry(plain, rule));
        }

        void add(CidrContents.Step step) {
            finish();
            steps.add(step);
        }

        /** What has come so far comes before what comes next. */
        void finish() {
            if (!four.isEmpty() || !six.isEmpty()) {
                steps.add(new CidrContents.Blocks(AddressIntervals.of(four), AddressIntervals.of(six)));
                four.clear();
                six.clear();
            }
        }
    }

    CidrReader(String title, Complaints complaints) {
        this.title = title;
        this.complaints = complaints;
    }

    CidrContents read(LogicalLines lines) throws IOException {
        Level whole = new Level(0, AddressBlock.EVERYTHING, false);
        levels.push(whole);
        LogicalLines.Line line;
        while ((line = lines.next()) != null) {
            if (line.isStray()) {
                complaints.warn(title + ": " + line.strayWords());
                continue;
            }
            try {
                add(line.number(), new RuleLine(line.text()));
            } catch (RuleLine.BadRuleException e) {
                warn(line.number(), e.getMessage() + ": skipping this rule");
            }
        }
        while (levels.size() > 1) {
            warn(level().line, "IF has no matching ENDIF");
            close();
        }
        whole.finish();
        return new CidrContents(List.copyOf(whole.steps), List.copyOf(results));
    }

    private void warn(int line, String problem) {
        complaints.warn("cidr map " + title + ", line " + line + ": " + problem);
    }

    private Level level() {
        return levels.element();
    }

    private void add(int number, RuleLine line) throws RuleLine.BadRuleException {
        if (line.takes("if")) {
            line.skipSpace();
            boolean negated = line.takesNegation();
            levels.push(new Level(number, block(line.rest()), negated));
        } else if (line.takes("endif")) {
            if (!line.rest().isEmpty()) {
                throw new RuleLine.BadRuleException("garbage after ENDIF");
            }
            if (levels.size() == 1) {
                throw new RuleLine.BadRuleException("ENDIF without IF");
            }
            close();
        } else {
            rule(line);
        }
    }

    private void rule(RuleLine line) throws RuleLine.BadRuleException {
        boolean negated = line.takesNegation();
        String pattern = line.word();
        String result = line.rest();
        AddressBlock block = block(pattern);
        if (result.isEmpty()) {
            throw new RuleLine.BadRuleException("no lookup result");
        }
        int rule = results.size();
        results.add(new LookupResult.Found(result));
        if (negated) {
            level().add(new CidrContents.Others(block, rule));
        } else {
            level().add(block, rule);
        }
    }

    private void close() {
        Level closed = levels.pop();
        closed.finish();
        level().add(new CidrContents.Inside(closed.block, closed.negated, List.copyOf(closed.steps)));
    }

    private static AddressBlock block(String pattern) throws RuleLine.BadRuleException {
        if (pattern.isEmpty()) {
            throw new RuleLine.BadRuleException("no address pattern");
        }
        return switch (AddressBlock.parse(pattern)) {
            case AddressBlock.Parsed.Good(AddressBlock block) -> block;
            case AddressBlock.Parsed.Bad(String problem) -> throw new RuleLine.BadRuleException(problem);
        };
    }
}
