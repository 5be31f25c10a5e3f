package org.postrider.common.lookup;

import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * regexp_table(5) and pcre_table(5): {@code /pattern/flags}, where a flag turns its default round. Patterns are translated for
 * {@link Pattern}; docs/quirks.md lists what that dialect answers differently. One char of pattern and key is one byte.
 */
final class ExpressionDialect implements RuleContents.Dialect {
    /** POSIX extended, or Perl's. */
    enum Language {
        REGEXP, PCRE
    }

    private final Language language;
    private final boolean substitutes;

    /** @param substitutes false where the result decides over commands, files or users: $1 would let strangers choose them */
    ExpressionDialect(Language language, boolean substitutes) {
        this.language = language;
        this.substitutes = substitutes;
    }

    @Override
    public String name() {
        return language == Language.REGEXP ? "regexp" : "pcre";
    }

    @Override
    public RuleContents.Results results() {
        return substitutes ? RuleContents.Results.SUBSTITUTED : RuleContents.Results.WITHOUT_SUBSTITUTION;
    }

    @Override
    public RuleContents.Pattern pattern(String text) throws RuleContents.BadRuleException {
        char delimiter = text.charAt(0);
        if (Character.isLetterOrDigit(delimiter)) {
            throw new RuleContents.BadRuleException(
                    "pattern delimiter \"" + delimiter + "\" is alphanumeric: skipping this rule");
        }
        int end = 1;
        while (end < text.length() && text.charAt(end) != delimiter) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw new RuleContents.BadRuleException(
                    "no closing pattern delimiter \"" + delimiter + "\": skipping this rule");
        }
        int rest = end + 1;
        while (rest < text.length() && !Character.isWhitespace(text.charAt(rest))) {
            rest++;
        }
        Flags flags = flags(text.substring(end + 1, rest));
        String source = text.substring(1, end);
        try {
            Pattern pattern = compile(source, flags);
            int groups = pattern.matcher("").groupCount();
            return new RuleContents.Pattern(key -> match(pattern, key), text.substring(rest), groups);
        } catch (PatternSyntaxException e) {
            throw new RuleContents.BadRuleException(
                    "error in pattern \"" + source + "\": " + e.getDescription() + ": skipping this rule");
        }
    }

    /** @param extended for pcre white space and comments are free; for regexp extended syntax, which is always taken */
    private record Flags(boolean foldCase, boolean multiLine, boolean dotAll, boolean extended, boolean anchored,
            boolean dollarEndOnly) {}

    private Flags flags(String letters) throws RuleContents.BadRuleException {
        String known = language == Language.REGEXP ? "imx" : "imsxAEUX";
        for (int i = 0; i < letters.length(); i++) {
            if (known.indexOf(letters.charAt(i)) < 0) {
                throw new RuleContents.BadRuleException(
                        "unknown " + name() + " option \"" + letters.charAt(i) + "\": skipping this rule");
            }
        }
        if (odd(letters, 'U')) {
            throw new RuleContents.BadRuleException("option \"U\" is not supported: skipping this rule");
        }
        return new Flags(!odd(letters, 'i'), odd(letters, 'm'), language == Language.PCRE && !odd(letters, 's'),
                odd(letters, 'x'), odd(letters, 'A'), odd(letters, 'E'));
    }

    private static boolean odd(String letters, char letter) {
        return letters.chars().filter(c -> c == letter).count() % 2 == 1;
    }

    private Pattern compile(String source, Flags flags) {
        int bits = Pattern.UNIX_LINES | (flags.foldCase ? Pattern.CASE_INSENSITIVE : 0)
                | (flags.multiLine ? Pattern.MULTILINE : 0);
        String translated;
        if (language == Language.REGEXP) {
            // Without the m flag a newline is an ordinary character; with it, neither . nor [^x] matches one.
            bits |= flags.multiLine ? 0 : Pattern.DOTALL;
            translated = ExpressionTranslation.ofPosix(source, flags.multiLine);
        } else {
            bits |= (flags.dotAll ? Pattern.DOTALL : 0) | (flags.extended ? Pattern.COMMENTS : 0);
            translated = ExpressionTranslation.ofPerl(source, flags.dollarEndOnly && !flags.multiLine);
        }
        return Pattern.compile(flags.anchored ? "\\G(?:" + translated + ')' : translated, bits);
    }

    private static @Nullable IntFunction<String> match(Pattern pattern, String key)
            throws RuleContents.TooCostlyException {
        Matcher matcher = pattern.matcher(new MeteredText(key));
        try {
            if (!matcher.find()) {
                return null;
            }
        } catch (MeteredText.ExhaustedException | StackOverflowError _) {
            // The JDK's engine recurses on some patterns; a hostile key must not cost more than this rule.
            throw new RuleContents.TooCostlyException();
        }
        return group -> {
            int start = matcher.start(group);
            return start < 0 ? "" : key.substring(start, matcher.end(group));
        };
    }
}
