package org.postrider.common.lookup;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.postrider.common.posix.NativePattern;
import org.postrider.common.posix.PatternException;
import org.postrider.common.posix.PatternText;

/**
 * The rules of a regexp or pcre table, tried in their order until one gives a result. A rule whose match the library gives up, as it may
 * on a hostile key, is as good as not there, and a warning says so. A match that takes long is made by a thread of {@link Aside}.
 */
final class RuleContents implements TableContents {
    /** What is compared with the key, and whether it must not match. */
    record Condition(NativePattern pattern, boolean negated) {}

    /**
     * A rule, or the head of an {@code if} block.
     *
     * @param also a second condition, as {@code /this/!/not that/} has it
     * @param result absent for an {@code if}
     * @param end for an {@code if}: index of the rule to go on with when it does not hold
     */
    record Rule(int line, Condition condition, @Nullable Condition also, @Nullable ResultTemplate result, int end) {
        Rule endingAt(int index) {
            return new Rule(line, condition, also, result, index);
        }
    }

    /** What came of trying a pattern. */
    private record Attempt(boolean matches, @Nullable PatternException failure) {}

    private static final Attempt MATCH = new Attempt(true, null);
    private static final Attempt NO_MATCH = new Attempt(false, null);

    private final List<Rule> rules;
    private final Aside aside;
    private final Warnings warnings;
    private final int groups;
    private final ConcurrentLinkedQueue<PatternText> texts = new ConcurrentLinkedQueue<>();

    /** Says what is wrong with a line. */
    interface Warnings {
        void warn(int line, String problem);
    }

    RuleContents(List<Rule> rules, Aside aside, Warnings warnings) {
        this.rules = List.copyOf(rules);
        this.aside = aside;
        this.warnings = warnings;
        this.groups = rules.stream().mapToInt(rule -> rule.condition.pattern.groups()).max().orElse(0);
    }

    @Override
    public LookupResult find(String key) {
        PatternText kept = texts.poll();
        PatternText text = kept == null ? new PatternText(groups) : kept;
        text.set(key);
        LookupResult result = find(text);
        texts.offer(text);
        return result;
    }

    private LookupResult find(PatternText text) {
        int index = 0;
        while (index < rules.size()) {
            Rule rule = rules.get(index);
            boolean holds = holds(rule, rule.condition, text)
                    && (rule.also == null || holds(rule, rule.also, text));
            if (rule.result == null) {
                index = holds ? index + 1 : rule.end;
            } else if (holds) {
                return rule.result.expand(text);
            } else {
                index++;
            }
        }
        return LookupResult.NOT_FOUND;
    }

    private boolean holds(Rule rule, Condition condition, PatternText text) {
        if (!condition.pattern.mayMatch(text)) {
            return condition.negated;
        }
        Attempt attempt = attempt(condition.pattern, text, !Thread.currentThread().isVirtual());
        if (attempt.failure != null && attempt.failure.isImpatience()) {
            attempt = patiently(condition.pattern, text);
        }
        if (attempt.failure != null) {
            warnings.warn(rule.line, String.valueOf(attempt.failure.getMessage()));
            return false;
        }
        return attempt.matches != condition.negated;
    }

    private Attempt patiently(NativePattern pattern, PatternText text) {
        try {
            return aside.call(() -> attempt(pattern, text, true));
        } catch (IOException e) {
            throw new IllegalStateException("matching", e);
        }
    }

    private static Attempt attempt(NativePattern pattern, PatternText text, boolean patient) {
        try {
            return pattern.matches(text, patient) ? MATCH : NO_MATCH;
        } catch (PatternException e) {
            return new Attempt(false, e);
        }
    }

    @Override
    public void close() {
        for (Rule rule : rules) {
            rule.condition.pattern.close();
            if (rule.also != null) {
                rule.also.pattern.close();
            }
        }
    }
}
