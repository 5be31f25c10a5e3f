package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cidr, regexp and pcre rules: results and warnings. */
class RuleContentsTest {
    private final RecordedComplaints complaints = new RecordedComplaints();

    private RuleContents rules(RuleContents.Dialect dialect, String text) throws IOException {
        return RuleContents.read(new LogicalLines(new StringReader(text)), "t", dialect, complaints);
    }

    private static String ask(RuleContents rules, String key) {
        return switch (rules.find(key)) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound() -> "-";
            case LookupResult.Unavailable(String reason) -> "!" + reason;
        };
    }

    private static RuleContents.Dialect regexp() {
        return new ExpressionDialect(ExpressionDialect.Language.REGEXP, true);
    }

    private static RuleContents.Dialect pcre() {
        return new ExpressionDialect(ExpressionDialect.Language.PCRE, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"/^a/ x | ABC | x", "/^a/i x | ABC | -",
            "/^a/i x | abc | x", "!/a/ no | b | no", "!/a/ no | a | -", "/a(b)?c/ [$1] | ac | []",
            "/(.)(.)/ $$$2${1}$(2) | ab | $bab", "~^[[:alnum:]+/]{3,}$~ OK | aB+ | OK", "/[^[:space:]]x/ y | ax | y",
            "/[]x]/ y | ] | y", "/a\\.b/ y | axb | -", "/\\<foo\\>/ y | a foo b | y", "/a{/ y | a{ | y",
            "/[a\\]/ y | \\ | y", "/x*+/ y | b | y", "/a$/ y | a | y", "#/a/ y | a | -", "/a/d x | a | -",
            "/a x | a | -", "/(/ x | a | -", "/a/ $2 | a | -"})
    void regularExpressions(String rule, String key, String expected) throws IOException {
        assertThat(ask(rules(regexp(), rule), key)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"/^a\\d+$/ x | A12 | x", "/(?P<n>a)b/ <$1> | ab | <a>",
            "/a(?!b)/ x | ab | -", "/[[:digit:][:alpha:]_]+z/ x | 1az | x", "/a # c/x y | a | y", "/a/A y | ba | -",
            "/[^[]b/ y | ab | y", "/\\bx\\b/ y | a x | y", "/a/U y | a | -", "/a.b/ y | a\tb | y"})
    void perlExpressions(String rule, String key, String expected) throws IOException {
        assertThat(ask(rules(pcre(), rule), key)).isEqualTo(expected);
    }

    @Test
    void newlinesAreOrdinaryUnlessFlaggedMultiLine() throws IOException {
        assertThat(ask(rules(regexp(), "/^a.b$/ x"), "a\nb")).isEqualTo("x");
        assertThat(ask(rules(regexp(), "/^b$/ x"), "a\nb")).isEqualTo("-");
        assertThat(ask(rules(regexp(), "/^b$/m x"), "a\nb")).isEqualTo("x");
        assertThat(ask(rules(regexp(), "/a[^x]b/m x"), "a\nb")).isEqualTo("-");
    }

    @Test
    void ifAndEndifNest() throws IOException {
        RuleContents rules = rules(regexp(), """
                if /^a/
                /x/ ax
                if !/y/
                /./ a-no-y
                endif
                ENDIF
                /./ rest
                """);
        assertThat(ask(rules, "ax")).isEqualTo("ax");
        assertThat(ask(rules, "ay")).isEqualTo("rest");
        assertThat(ask(rules, "ab")).isEqualTo("a-no-y");
        assertThat(ask(rules, "b")).isEqualTo("rest");
        assertThat(complaints.lines).isEmpty();
    }

    @Test
    void brokenRulesAreSkippedWithAWarning() throws IOException {
        RuleContents rules = rules(new CidrDialect(), """
                nonsense x
                10.1.2.3/8 x
                endif
                if 11.0.0.0/8
                11.1.1.1
                """);
        assertThat(ask(rules, "10.1.2.3")).isEqualTo("-");
        assertThat(ask(rules, "11.1.1.1")).isEmpty();
        assertThat(complaints.lines).containsExactly(
                "warning: cidr map t, line 1: bad address pattern: \"nonsense\": skipping this rule",
                "warning: cidr map t, line 2: non-null host address bits in \"10.1.2.3/8\", perhaps you should use"
                        + " \"10.0.0.0/8\" instead: skipping this rule",
                "warning: cidr map t, line 3: ignoring ENDIF without matching IF",
                "warning: cidr map t, line 5: no lookup result: using empty string",
                "warning: cidr map t, line 4: IF has no matching ENDIF");
    }

    @Test
    void aHostileKeyCostsABoundedTime() throws IOException {
        RuleContents slow = rules(regexp(), "/^(a+)+$/ bad\n/b/ good");
        RuleContents deep = rules(pcre(), "/^(a|b)*$/ bad\n/c/ good");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(ask(slow, "a".repeat(60) + "b")).isEqualTo("good");
            assertThat(ask(deep, "a".repeat(1_000_000) + "c")).isEqualTo("good");
        });
    }
}
