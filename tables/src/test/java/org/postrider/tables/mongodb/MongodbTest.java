package org.postrider.tables.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableException;
import org.postrider.tables.TestTables;

/** Against a server of the test's own that speaks MongoDB's wire protocol: no package of a real one is to be had. */
class MongodbTest {
    private static final String FILTER = "{query_filter = {\"address\": \"%s\", \"active\": 1}}";

    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    private FakeMongodb server;

    @BeforeEach
    void listen() throws IOException {
        server = new FakeMongodb(0);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private LookupTable table(String settings) {
        return new MongodbType().open("mongodb:x", "{{uri = mongodb://127.0.0.1:" + server.port()
                + "/mail} {dbname = mail} {collection = mailbox} {timeout = 2} " + settings + "}",
                TestTables.complainingTo(complaints));
    }

    private static LookupResult found(String value) {
        return new LookupResult.Found(value);
    }

    private void has(String key, String... documents) {
        server.finds(filter -> filter.getString("address").getValue().equals(key)
                ? List.of(documents).stream().map(BsonDocument::parse).toList()
                : List.of());
    }

    @Test
    void textsNumbersAndListsOfThemAreValues() {
        has("a@d.com",
                "{_id: {$oid: '507f1f77bcf86cd799439011'}, to: ['x', ['y', 7]], quota: {$numberLong: '5000000000'}}",
                "{to: 'z', odd: 1.5}");
        LookupTable table = table(FILTER + " {result_attribute = to, quota}");
        assertThat(table.find("A@d.com")).isEqualTo(found("x,y,7,5000000000,z"));
        assertThat(table.find("b@d.com")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(complaints).singleElement().asString().contains("field odd is of type double");
        assertThat(server.asked().getFirst().getDocument("filter"))
                .isEqualTo(BsonDocument.parse("{address: 'a@d.com', active: 1}"));
        assertThat(server.asked().getFirst().getDocument("projection"))
                .isEqualTo(BsonDocument.parse("{to: 1, quota: 1, _id: 0}"));
        assertThat(server.asked().getFirst().getString("$db").getValue()).isEqualTo("mail");
        assertThat(server.asked().getFirst().getString("find").getValue()).isEqualTo("mailbox");
    }

    @Test
    void aProjectionIsSentAsItIs() {
        has("a@d.com", "{path: 'd.com/a'}");
        LookupTable table = table(FILTER
                + " {projection = {\"path\": {\"$concat\": [\"$domain\", \"/\", \"$user\"]}}} {result_format = /mail/%s}");
        assertThat(table.find("a@d.com")).isEqualTo(found("/mail/d.com/a"));
        assertThat(server.asked().getFirst().getDocument("projection"))
                .isEqualTo(BsonDocument.parse("{path: {$concat: ['$domain', '/', '$user']}, _id: 0}"));
    }

    @Test
    void manyDocumentsComeInSeveralAnswers() {
        has("a", "{to: '1'}", "{to: '2'}", "{to: '3'}", "{to: '4'}", "{to: '5'}");
        server.batch(2);
        assertThat(table(FILTER + " {result_attribute = to}").find("a")).isEqualTo(found("1,2,3,4,5"));
        assertThat(table(FILTER + " {result_attribute = to} {expansion_limit = 4}").find("a"))
                .isInstanceOf(LookupResult.Unavailable.class);
    }

    @Test
    void aHostileKeyIsATextAndNothingElse() {
        LookupTable table = table(
                "{query_filter = {\"$or\": [{\"u\": \"%u\"}, {\"s\": %s}, {\"r\": {\"$regex\": \"^%s$\"}},"
                        + " {\"$expr\": {\"$eq\": [\"$user\", \"%s\"]}}, {\"l\": /x%s/i}, {\"p\": \"100%%\"}]}}"
                        + " {result_attribute = to}");
        for (String key : List.of("\"}, {\"$ne\": \"", "\\", "$user", ".*", "a\nb", "'; return true; '")) {
            assertThat(table.find(key)).isEqualTo(LookupResult.NOT_FOUND);
        }
        assertThat(server.asked()).hasSize(6);
        assertThat(server.asked().get(0).getDocument("filter").getArray("$or").get(0).asDocument().getString("u")
                .getValue()).isEqualTo("\"}, {\"$ne\": \"");
        assertThat(server.asked().get(2).getDocument("filter").getArray("$or").get(3))
                .isEqualTo(BsonDocument.parse("{$expr: {$eq: ['$user', {$literal: '$user'}]}}"));
        assertThat(server.asked().get(3).getDocument("filter")).isEqualTo(BsonDocument.parse("""
                {$or: [{u: '.*'}, {s: '.*'}, {r: {$regex: '^\\\\.\\\\*$'}},
                {$expr: {$eq: ['$user', {$literal: '.*'}]}}, {l: /x\\.\\*/i}, {p: '100%'}]}
                """));
    }

    @Test
    void whatAKeyLacksIsNotAskedFor() {
        LookupTable table = table("{query_filter = {\"d\": \"%d\"}} {result_attribute = to}");
        assertThat(table.find("nobody")).isEqualTo(LookupResult.NOT_FOUND);
        LookupTable domains = table(FILTER + " {result_attribute = to} {domain = d.com}");
        assertThat(domains.find("a@other.com")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void settingsThatCanNotBeUsedAreRefused() {
        for (String settings : List.of(FILTER, FILTER + " {result_attribute = a} {projection = {\"a\": 1}}",
                "{query_filter = {\"a\": } {result_attribute = a}", "{result_attribute = a}",
                "{query_filter = {\"%u\": 1}} {result_attribute = a}",
                "{query_filter = {\"$where\": \"this.a == '%s'\"}} {result_attribute = a}",
                "{query_filter = {\"a\": \"%x\"}} {result_attribute = a}",
                FILTER + " {projection = a}", FILTER + " {result_attribute = a} {expansion_limit = 101}",
                FILTER + " {result_attribute = a} {uri = http://x}")) {
            assertThatThrownBy(() -> table(settings)).as(settings).isInstanceOf(TableException.class);
        }
    }

    @Test
    void aServerThatGoesAndComesBack() throws IOException {
        has("a", "{to: '1'}");
        int port = server.port();
        LookupTable table = table(FILTER + " {result_attribute = to}");
        assertThat(table.find("a")).isEqualTo(found("1"));
        server.close();
        assertThat(table.find("a")).isInstanceOf(LookupResult.Unavailable.class);
        // Of ten, because this machine may have other things to do.
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long before = System.nanoTime();
            assertThat(table.find("a")).isInstanceOf(LookupResult.Unavailable.class);
            shortest = Math.min(shortest, System.nanoTime() - before);
        }
        assertThat(shortest).as("nobody waits").isLessThan(1_000_000_000L);
        server = new FakeMongodb(port);
        has("a", "{to: '2'}");
        assertThat(table(FILTER + " {result_attribute = to}").find("a")).isEqualTo(found("2"));
    }
}
