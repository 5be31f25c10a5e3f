package org.postrider.common.lookup;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads cidr_table(5). A rule that can't be read is left out with a warning; warnings are Postfix's to the letter. Used once, by one
 * thread.
 */
final class CidrReader {
    private final String title;
    private final Complaints complaints;
    private final List<LookupResult.Found> results = new ArrayList<>();
    private final List<CidrContents.Step> steps = new ArrayList<>();
    private final Deque<Integer> open = new ArrayDeque<>();
    private final List<AddressIntervals.Entry> four = new ArrayList<>();
    private final List<AddressIntervals.Entry> six = new ArrayList<>();
    /** A hundred thousand blocks have a few results as a rule. */
    private final Map<String, LookupResult.Found> sameResults = new HashMap<>();

    CidrReader(String title, Complaints complaints) {
        this.title = title;
        this.complaints = complaints;
    }

    CidrContents read(LogicalLines lines) throws IOException {
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
        finishBlocks();
        for (int index : open) {
            if (steps.get(index) instanceof CidrContents.If head) {
                warn(head.line(), "IF has no matching ENDIF");
                steps.set(index, head.endingAt(steps.size()));
            }
        }
        return new CidrContents(List.copyOf(steps), List.copyOf(results));
    }

    private void warn(int line, String problem) {
        complaints.warn("cidr map " + title + ", line " + line + ": " + problem);
    }

    private void add(int number, RuleLine line) throws RuleLine.BadRuleException {
        if (line.takes("if")) {
            line.skipSpace();
            boolean negated = line.takesNegation();
            AddressBlock block = block(line.rest());
            finishBlocks();
            open.push(steps.size());
            steps.add(new CidrContents.If(number, block, negated, -1));
        } else if (line.takes("endif")) {
            if (!line.rest().isEmpty()) {
                throw new RuleLine.BadRuleException("garbage after ENDIF");
            }
            if (open.isEmpty()) {
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
        results.add(sameResults.computeIfAbsent(result, LookupResult.Found::new));
        if (negated) {
            finishBlocks();
            steps.add(new CidrContents.Others(block, rule));
        } else {
            (block.address().length == 4 ? four : six).add(new AddressIntervals.Entry(block, rule));
        }
    }

    /** What has come so far comes before what comes next. */
    private void finishBlocks() {
        if (!four.isEmpty() || !six.isEmpty()) {
            steps.add(new CidrContents.Blocks(AddressIntervals.of(four), AddressIntervals.of(six)));
            four.clear();
            six.clear();
        }
    }

    private void close() {
        finishBlocks();
        int index = open.pop();
        if (steps.get(index) instanceof CidrContents.If head) {
            steps.set(index, head.endingAt(steps.size()));
        }
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
