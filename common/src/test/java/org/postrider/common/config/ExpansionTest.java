package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {
    private static final Parameters PARAMETERS = Parameters
            .of(Map.of("s", "set", "e", "", "level", "3.6", "mydomain", "example.org", "loop", "$loop",
                    "refers", "$e"));

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", ignoreLeadingAndTrailingWhitespace = true, value = {
            "${s?x y}| => x y|",
            "[${s? x y }] => [ x y ]",
            "[${s?{ x y }}] => [ x y ]",
            "${s ? {x y} : {z}}| => x y|",
            "${e?{x}:{z}}| => z|",
            "${e?{x} }| => |",
            "${e:z}| => z|",
            "${e:{z q}}| => z q|",
            "[$refers] ${refers?{x}:{z}} ${refers:z}| => [] x |",
            "${loop?{x}:{z}}| => x|",
            "${{$s} == {set} ? {yes} : {no}}| => yes|",
            "${{$s} == {set}?{yes}}| => yes|",
            "${{$s} != {set}:{no}}| => no|",
            "${{$s}=={set}?yes}| => yes|",
            "${{10} < {9} ? {yes} : {no}}| => no|",
            "${{10x} < {9x} ? {yes} : {no}}| => yes|",
            "$$s $$$s| => $s $set|",
            "$(s) ${s} $s. $s-x $s_x| => set set set. set-x |",
            "${{$level} <level {3.10} ? {lt} : {ge}}| => lt|",
            "${{3.6.0} ==level {$level} ? {eq} : {ne}}| => eq|",
            "$undefined| => |",
            "${s?{${e?{x}:{inner $s}}}:{q}}| => inner set|",
            "${s?{x}:z}| => x|",
            "${s?x:z}| => x:z|",
            "${{a b } == {a b} ? {eq} : {ne}}| => ne|",
            "${s:x?y}| => |",
            "${s?}| => |",
            "$(s?paren)| => paren|",
            "${{} == {} ? {eq} : {ne}}| => eq|",
            "${{5} >= {05} ? {eq} : {ne}}| => eq|",
            "${s?{a}}tail| => atail|",
            "${ s }| => set|",
            "${{99999999999} > {1} ? {y}:{n}} => y",
            "${s?a}b}| => ab}|",
            "${{a} == {b} ? {y}}| => |",
            "${{a} == {a}}| => true|",
            "${s?{a}:} => a",
            "${e?{a}:b c }| => b c |",
            "[${{a} == {a} ? { y } : { n }}] => [ y ]",
            "[${e?{ x } : y }] => [ y ]",
            "${{ x } < {9} ? {first} : {second}} => first",
            "${s?${e:deep}}| => deep|",
            "${e?{$}}| => |",
            "${e?{$} :fallback} => fallback",
            "${domain_to_ascii{$mydomain}} => example.org",
            "${domain_to_ascii{stra\u00c3\u009fe.example}} => xn--strae-oqa.example",
            "${ domain_to_ascii {MAIL.$mydomain} }| => MAIL.example.org|",
            "${s?{${domain_to_ascii{${e}}}}:{no}}| => |",
            "${{${domain_to_ascii{$mydomain}}} == {example.org} ? {yes} : {no}}| => yes|"
    })
    void evaluatesAsPostconfSays(String text, String expected) {
        assertThat(PARAMETERS.expand(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', value = {
            "a $ b => empty macro name: \"a $ b\"",
            "${} => empty macro name: \"${}\"",
            "${s?{x} => truncated macro reference: \"${s?{x}\"",
            "$(s => truncated macro reference: \"$(s\"",
            "${s?{a}b}| => \":\" expected at: \"...s?{a}>>>b\"",
            "${s?{a}:{b}:{c}} => unexpected input at: \"...s?{a}:{b}>>>:{c}\"",
            "${s.x} => attribute name syntax error at: \"...s>>>.x\"",
            "${{a}==b?{y}:{n}} => bad operator suffix at: \"...{a}==>>>b?{y}:{n}\"",
            "${{x} <level {1} ? {y} : {n}} => malformed compatibility level syntax: \"x\"",
            "${{1} <levelx {1} ? {y}} => bad operator suffix at: \"...{1} <>>>levelx {1} ? {y}\"",
            "$(s?{a)b}) => unbalanced {} in attribute expression: \"{a\"",
            "$loop => unreasonable macro call nesting: \"loop\"",
            "${domain_to_ascii{$loop}} => unreasonable macro call nesting: \"loop\"",
            "${domain_to_ascii{x}y} => unknown function or syntax error at: \"...domain_to_ascii>>>{x}y\"",
            "${domain_to_utf8{x}} => unknown function or syntax error at: \"...domain_to_utf8>>>{x}\"",
    })
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> PARAMETERS.expand(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }

    @Test
    void namesBecomeAsciiAsTheParameterSays() {
        String text = "${domain_to_ascii{stra\u00c3\u009fe.example}}";
        assertThat(Parameters.of(Map.of("enable_idna2003_compatibility", "yes")).expand(text))
                .isEqualTo("strasse.example");
        assertThat(Parameters.of(Map.of("enable_idna2003_compatibility", "no")).expand(text))
                .isEqualTo("xn--strae-oqa.example");
    }

    @Test
    void endsWhereEveryLevelDoublesTheWork() {
        Map<String, String> settings = new HashMap<>();
        for (int level = 0; level < 90; level++) {
            settings.put("a" + level, "$a" + (level + 1) + "$a" + (level + 1));
        }
        Parameters parameters = Parameters.of(settings);

        assertThatThrownBy(() -> parameters.expand("$a0")).hasMessageContaining("unreasonable macro call count");
    }
}
