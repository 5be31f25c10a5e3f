package org.postrider.tables.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.tables.KeyTemplate;
import org.postrider.tables.LookupKey;

/** A key can be nothing but a value, wherever in the statement it stands. */
class SqlTemplateTest {
    private static String expand(SqlDialect dialect, boolean backslashes, String template, String key) {
        return new SqlTemplate(KeyTemplate.ofQuery(template, "x"), dialect).expand(new LookupKey(key), backslashes)
                .orElse("-");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', value = {
            // In strings.
            "MYSQL  | true  | k='%s'        | a'b        | k='a''b'",
            "MYSQL  | true  | k='%s'        | a\\        | k='a\\\\'",
            "MYSQL  | true  | k='%s'        | \\' or 1=1 | k='\\\\'' or 1=1'",
            "MYSQL  | false | k='%s'        | a\\'b      | k='a\\''b'",
            "MYSQL  | true  | k=\"%s\"      | a\"b'c     | k=\"a\"\"b'c\"",
            "PGSQL  | false | k='%s'        | a\\'b      | k='a\\''b'",
            "PGSQL  | true  | k='%s'        | a\\'b      | k='a\\\\''b'",
            "PGSQL  | false | k=E'%s'       | a\\'b      | k=E'a\\\\''b'",
            "PGSQL  | false | kE'%s'        | a\\'b      | kE'a\\''b'",
            "SQLITE | false | k='%s'        | a\\'b      | k='a\\''b'",
            "SQLITE | false | k='x''%s'     | a'b        | k='x''a''b'",
            "MYSQL  | true  | k='x\\'%s'    | a'b        | k='x\\'a''b'",
            "MYSQL  | false | k='x\\' or '%s' | a'b      | k='x\\' or 'a''b'",
            "SQLITE | false | k='%u@%d'     | o'b@d      | k='o''b@d'",
            "SQLITE | false | k like '%%%s' | a          | k like '%a'",
            "MYSQL  | true  | k='\\%s'      | ' or 1=1   | -",
            "MYSQL  | true  | k='\\\\%s'    | ' or 1=1   | k='\\\\'' or 1=1'",
            "MYSQL  | false | k='\\%s'      | ' or 1=1   | k='\\'' or 1=1'",
            "PGSQL  | false | k=E'\\%s'     | ' or 1=1   | -",
            // As names.
            "PGSQL  | false | k from \"%s\" | a\"b       | k from \"a\"\"b\"",
            "SQLITE | false | k=\"%s\"      | a\"b       | k=\"a\"\"b\"",
            "SQLITE | false | k=[%s]        | a b        | k=[a b]",
            "SQLITE | false | k=[%s]        | a] or 1=1  | -",
            "MYSQL  | true  | k from `%s`   | a`b\\      | k from `a``b\\`",
            // By itself.
            "MYSQL  | true  | k=%s          | 1 or 1=1   | k='1 or 1=1'",
            "MYSQL  | true  | k=%s          | a\\'       | k='a\\\\'''",
            "PGSQL  | false | f(%s,%s)      | x'         | f('x''','x''')",
            // As part of a name.
            "SQLITE | false | from t_%s w   | abc_1      | from t_abc_1 w",
            "SQLITE | false | from t_%s w   | a;drop     | -",
            "SQLITE | false | from %s_t w   | a b        | -",
            "MYSQL  | true  | from %u%d w   | a@b'       | -",
            "MYSQL  | true  | k=x'%s'y      | a'b        | k=x'a''b'y",
            // Between dollars.
            "PGSQL  | false | k=$$%s$$      | a'b@c      | k=$$a'b@c$$",
            "PGSQL  | false | k=$x$%s$x$    | a$x$       | -",
            // In comments.
            "SQLITE | false | k -- '%s      | a          | k -- '",
            "SQLITE | false | k /* %s */ '%s' | a'       | k /*  */ 'a'''",
            "MYSQL  | true  | k # %s        | a          | k #",
            "MYSQL  | true  | k=1--%s       | 5          | k=1--'5'",
            "PGSQL  | false | /* /* */ '%s */ '%s' | a'   | /* /* */ ' */ 'a'''",
            "SQLITE | false | k='--%s'      | a'         | k='--a'''",
    }, delimiter = '|')
    void values(SqlDialect dialect, boolean backslashes, String template, String key, String expected) {
        assertThat(expand(dialect, backslashes, template, key).strip()).isEqualTo(expected);
    }
}
