package org.postrider.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.lookup.TableException;

/** What Postfix 3.7 made of the same templates and keys. */
class KeyTemplateTest {
    @ParameterizedTest
    @CsvSource({"%u, u@d.com, u", "%u, u, u", "%u, @d.com, -", "%u, u@, u", "%u, a@b@c, a@b", "%d, u@d.com, d.com",
            "%d, u, -", "%d, @d.com, d.com", "%d, u@, -", "%d, a@b@c, c", "%1-%2, u@d.com, com-d", "%1-%2, u, -",
            "%1-%2, d.com, -", "%1-%2, a@b@c, -", "%1-%2, u@.a.b, b-a", "%1-%2, u@a..b, b-a", "%1-%2, u@a.b., b-a",
            "%1-%2, u@[1.2.3.4], 4]-3", "%3, u@c.b.a, c", "%3, u@d.com, -", "%%s %s, u, %s u", "%S%U%D, a@b, a@bab"})
    void keys(String template, String key, String expected) {
        assertThat(KeyTemplate.ofQuery(template, "x").expand(new LookupKey(key), text -> text).orElse("-"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"[%u], x@y.z, [x]", "[%u], justu, [justu]", "[%u], @y, -", "<%d>, x@y.z, <y.z>", "<%d>, one, -",
            "%s %S %U %D %1 %2, one, one u@d.com u d.com com d"})
    void results(String format, String result, String expected) {
        assertThat(KeyTemplate.ofResult(format, "x").format(result, new LookupKey("u@d.com")).orElse("-"))
                .isEqualTo(expected);
    }

    @Test
    void anEmptyResultIsSkipped() {
        assertThat(KeyTemplate.ofResult("[%S]", "x").format("", new LookupKey("k"))).isEmpty();
    }

    @Test
    void aFormatMayAskTooMuchOfTheKey() {
        assertThat(KeyTemplate.ofResult("%s %D", "x").fits(new LookupKey("u"))).isFalse();
        assertThat(KeyTemplate.ofResult("%s %d", "x").fits(new LookupKey("u"))).isTrue();
    }

    @Test
    void otherCodesAreRefused() {
        assertThatThrownBy(() -> KeyTemplate.ofQuery("select '%x %s'", "/q.cf")).isInstanceOf(TableException.class)
                .hasMessage("db_common_parse: /q.cf: Invalid query template: select '%x %s'");
        assertThatThrownBy(() -> KeyTemplate.ofResult("%s%", "/q.cf"))
                .hasMessage("db_common_parse: /q.cf: Invalid result template: %s%");
    }
}
