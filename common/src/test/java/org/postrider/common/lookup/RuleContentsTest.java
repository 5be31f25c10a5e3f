package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** cidr, regexp and pcre rules: results and warnings. */
class RuleContentsTest {
    private final RecordedComplaints complaints = new RecordedComplaints();

    private final Aside aside = new Aside();

    private TableContents rules(String type, String text) throws IOException {
        LogicalLines lines = new LogicalLines(new StringReader(text));
        return switch (type) {
            case "cidr" -> new CidrReader("t", complaints).read(lines);
            case "pcre" -> new RuleReader("t", ExpressionDialect.PCRE, true, complaints).read(lines, aside);
            default -> new RuleReader("t", ExpressionDialect.REGEXP, true, complaints).read(lines, aside);
        };
    }

    private static String ask(TableContents rules, String key) {
        return switch (rules.find(key)) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound() -> "-";
            case LookupResult.Unavailable(String reason) -> "!" + reason;
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"/^a/ x | ABC | x", "/^a/i x | ABC | -",
            "/^a/i x | abc | x", "!/a/ no | b | no", "!/a/ no | a | -", "/a(b)?c/ [$1] | ac | []",
            "/(.)(.)/ $$$2${1}$(2) | ab | $bab", "~^[[:alnum:]+/]{3,}$~ OK | aB+ | OK", "/[^[:space:]]x/ y | ax | y",
            "/[]x]/ y | ] | y", "/a\\.b/ y | axb | -", "/\\<foo\\>/ y | a foo b | y", "/a{/ y | a{ | -",
            "/[a\\]/ y | \\ | y", "/x*+/ y | b | y", "/a/!/b/ y | ab | -", "/a/!/b/ y | ac | y", "/a$/ y | a | y",
            "#/a/ y | a | -", "/a/d x | a | -",
            "/a x | a | -", "/(/ x | a | -", "/a/ $2 | a | -"})
    void regularExpressions(String rule, String key, String expected) throws IOException {
        assertThat(ask(rules("regexp", rule), key)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"/^a\\d+$/ x | A12 | x", "/(?P<n>a)b/ <$1> | ab | <a>",
            "/a(?!b)/ x | ab | -", "/[[:digit:][:alpha:]_]+z/ x | 1az | x", "/a # c/x y | a | y", "/a/A y | ba | -",
            "/[^[]b/ y | ab | y", "/\\bx\\b/ y | a x | y", "/^(a+)/U $1 | aaa | a", "/\\QA.B\\E/ y | a.b | y",
            "/(?i)A/i y | a | y", "/a.b/ y | a\tb | y"})
    void perlExpressions(String rule, String key, String expected) throws IOException {
        assertThat(ask(rules("pcre", rule), key)).isEqualTo(expected);
    }

    @Test
    void theLongestOfTheLeftmostMatchesCounts() throws IOException {
        assertThat(ask(rules("regexp", "/(a|ab)(c|bcd)?/ $1"), "abcd")).isEqualTo("a");
        assertThat(ask(rules("regexp", "/^(a|ab|abc)/ $1"), "abcd")).isEqualTo("abc");
        assertThat(ask(rules("pcre", "/^(a|ab|abc)/ $1"), "abcd")).isEqualTo("a");
    }

    @Test
    void newlinesAreOrdinaryUnlessFlaggedMultiLine() throws IOException {
        assertThat(ask(rules("regexp", "/^a.b$/ x"), "a\nb")).isEqualTo("x");
        assertThat(ask(rules("regexp", "/^b$/ x"), "a\nb")).isEqualTo("-");
        assertThat(ask(rules("regexp", "/^b$/m x"), "a\nb")).isEqualTo("x");
        assertThat(ask(rules("regexp", "/a[^x]b/m x"), "a\nb")).isEqualTo("-");
    }

    @Test
    void ifAndEndifNest() throws IOException {
        TableContents rules = rules("regexp", """
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
        TableContents rules = rules("cidr", """
                nonsense x
                10.1.2.3/8 x
                endif
                if 11.0.0.0/8
                11.1.1.1
                """);
        assertThat(ask(rules, "10.1.2.3")).isEqualTo("-");
        assertThat(ask(rules, "11.1.1.1")).isEqualTo("-");
        assertThat(complaints.lines).containsExactly(
                "warning: cidr map t, line 1: bad address pattern: \"nonsense\": skipping this rule",
                "warning: cidr map t, line 2: non-null host address bits in \"10.1.2.3/8\", perhaps you should use"
                        + " \"10.0.0.0/8\" instead: skipping this rule",
                "warning: cidr map t, line 3: ENDIF without IF: skipping this rule",
                "warning: cidr map t, line 5: no lookup result: skipping this rule",
                "warning: cidr map t, line 4: IF has no matching ENDIF");
    }

    /** The rule is as good as not there, negated or not, and so is what stands inside of an if. */
    @Test
    void aMatchThatTheLibraryGivesUpIsAWarning() throws IOException {
        TableContents rules = rules("pcre", """
                /^(a+)+$/ plain
                !/^(a+)+$/ negated
                if !/^(a+)+$/
                /./ inside
                endif
                /b/ good
                """);
        assertThat(ask(rules, "a".repeat(60) + "b")).isEqualTo("good");
        assertThat(complaints.lines).containsExactly("warning: pcre map t, line 1: match limit exceeded",
                "warning: pcre map t, line 2: match limit exceeded",
                "warning: pcre map t, line 3: match limit exceeded");
    }

    @Test
    void aMatchThatNeedsMoreThanAMomentIsFinishedOnAVirtualThreadToo() throws Exception {
        TableContents rules = rules("pcre", "/^(?:x+x+)+y$/ never\n/^(a|b)*c$/ deep\n");
        String[] answers = new String[2];
        Thread.ofVirtual().start(() -> {
            answers[0] = ask(rules, "x".repeat(20));
            answers[1] = ask(rules, "ab".repeat(100_000) + "c");
        }).join();
        assertThat(answers).containsExactly("-", "deep");
        assertThat(complaints.lines).isEmpty();
    }

    /** A regular expression of the C library with a back reference takes as long as there are ways to split the text. */
    @Test
    void aBackReferenceIsNotTriedOnALongText() throws IOException {
        TableContents rules = rules("regexp", "/^(.*)(.*)(.*)\\3\\2$/ x\n/c/ y\n/(.)\\1/ z\n");
        assertThat(ask(rules, "a".repeat(3000) + "c")).isEqualTo("y");
        assertThat(complaints.lines)
                .containsExactly("warning: regexp map t, line 1: back reference with more than 400 bytes");
        assertThat(ask(rules("regexp", "/(.)\\1/ z"), "abba")).isEqualTo("z");
    }

    /** The C library would recurse until the stack is used up, or fill the memory. */
    @ParameterizedTest
    @ValueSource(strings = {"^[[:alnum:]._-]{1,250}@([a-z0-9-]{1,20}\\.){1,5}[a-z]+$",
            "^(a?b*c+d{2,5}|e?f*g+)?(x|y|z)*$", "[[:space:]]*[^]]+[]]*", "((((((((((((((((((((a))))))))))))))))))))"})
    void patternsOfEverydaySizeAreTaken(String pattern) throws IOException {
        rules("regexp", '/' + pattern + "/ x");
        assertThat(complaints.lines).isEmpty();
    }

    /** What a text must begin with is looked at before the library is called: it must not hide a match. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"`/^ab/ y` | abc | y", "`/^ab/ y` | xab | -",
            "`/^ab?c/ y` | ac | y",
            "`/^ab*c/ y` | ac | y", "`/^ab{0,1}c/ y` | ac | y", "`/^ab+c/ y` | abbc | y", "`/^AB/i y` | ab | -",
            "`/^ab/ y` | AB | y",
            "`/^a|b/ y` | xb | y", "`/^(a|b)c/ y` | bc | y", "`/^a(x|y)|^b/ y` | b | y", "`/^a[^|]|b/ y` | b | y",
            "`/^a[]|]/ y` | a] | y", "`/^a\\|b/ y` | `a|b` | y", "`/^a b/x y` | ab | y", "`/^b/m y` | `a\nb` | y",
            "`/^a\\Q(\\E|b/ y` | xb | y",
            "`/^a(?#()|b/ y` | xb | y", "`/^a(?|b|c)/ y` | ac | y", "`/^a(?i)B/ y` | ab | y", "`/^(?!a)b/ y` | b | y",
            "`/^a/A y` | a | y", "`/^/ y` | x | y", "`/^a[[:alpha:]|]/ y` | ab | y", "`/^a)|b/ y` | b | -"})
    void thePlainBeginningOfAPattern(String rule, String key, String expected) throws IOException {
        assertThat(ask(rules("pcre", rule), key)).isEqualTo(expected);
    }

    /** Near the limits, on a small stack: a crash would end the whole process. */
    @Test
    void theGreatestPatternsFitOnTheSmallestStack() throws Exception {
        Thread small = new Thread(null, () -> {
            for (String pattern : List.of("(a?)".repeat(400), "a*".repeat(400), "(a*)*".repeat(200), "(".repeat(60)
                    + "a" + ")".repeat(60), "(a|b)*".repeat(400), "ab|".repeat(6000), "(ab|c)".repeat(3300))) {
                try {
                    String text = '/' + pattern + "/ x";
                    assertThat(ask(rules("regexp", text), "a".repeat(50))).isIn("x", "-");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            complaints.lines.add("end");
        }, "small", 256 * 1024);
        small.start();
        small.join();
        assertThat(complaints.lines).containsExactly("end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
            "((((a{99}){99}){99}){99}){99}", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?{99}{9}",
            "(((((((((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+"})
    void aPatternThatWouldBecomeTooBigIsRefused(String pattern) throws IOException {
        assertThat(ask(rules("regexp", '/' + pattern + "/ x\n/a/ y"), "a")).isEqualTo("y");
        assertThat(complaints.lines).containsExactly("warning: regexp map t, line 1: Regular expression too big");
    }

    @Test
    void nothingHidesBehindANul() throws IOException {
        assertThat(ask(rules("regexp", "/^a[^x]b$/ x"), "a\0b")).isEqualTo("x");
        assertThat(ask(rules("pcre", "/^a.b/ x"), "a\0b")).isEqualTo("x");
        assertThat(ask(rules("regexp", "/a\0b/ x\n/a/ y"), "a")).isEqualTo("y");
    }

    @Test
    void bytesAreCharactersWhateverTheLocale() throws IOException {
        for (String type : List.of("regexp", "pcre")) {
            assertThat(ask(rules(type, "/^.$/ one\n/^..$/ two"), "\u00c3\u00a4")).isEqualTo("two");
            assertThat(ask(rules(type, "/\u00c4/ folded\n/./ other"), "\u00e4")).isEqualTo("other");
        }
    }

    @Test
    void textsOfAllLengthsAndManyGroups() throws IOException {
        TableContents rules = rules("pcre", "/^(a*)(b*)(c*)(d*)(e*)$/ $5|$4|$3|$2|$1");
        for (int length : new int[]{0, 1, 511, 512, 513, 100_000, 1_000_000, 3}) {
            assertThat(ask(rules, "a".repeat(length) + "d")).isEqualTo("|d|||" + "a".repeat(length));
        }
    }

    @Test
    void manyThreadsAskAtOnce() throws Exception {
        TableContents rules = rules("pcre", "/^(.*)@a$/ $1\n/^(.*)@(b)$/ $2$1");
        List<Thread> threads = new ArrayList<>();
        AtomicInteger good = new AtomicInteger();
        for (int t = 0; t < 8; t++) {
            int number = t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 5000; i++) {
                    String name = "n" + number + "x" + i;
                    if (ask(rules, name + "@a").equals(name) && ask(rules, name + "@b").equals("b" + name)) {
                        good.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(good).hasValue(40_000);
    }
}
