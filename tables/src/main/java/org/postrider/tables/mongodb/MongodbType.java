package org.postrider.tables.mongodb;

import com.mongodb.ConnectionString;
import com.mongodb.MongoException;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.json.JsonParseException;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.TableType;
import org.postrider.common.lookup.Tables;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.DatabaseTable;
import org.postrider.tables.KeyTemplate;

/** Type {@code mongodb}: MongoDB, mongodb_table(5). */
public final class MongodbType implements TableType {
    private static final int EXPANSIONS = 10;
    private static final int MOST_EXPANSIONS = 100;
    private static final int TIMEOUT_SECONDS = 10;

    @Override
    public LookupTable open(String title, String name, Tables tables) {
        DatabaseSettings settings = DatabaseSettings.read(name, tables);
        Complaints complaints = tables.settings().complaints();
        String source = settings.source();
        String uri = settings.needed("uri");
        MongodbServers.Place place = new MongodbServers.Place(address(uri, settings), settings.needed("dbname"),
                settings.needed("collection"), MongodbTls.of(uri),
                Duration.ofSeconds(settings.number("timeout", TIMEOUT_SECONDS, 1)));
        MongodbSearch search = new MongodbSearch(source,
                new MongodbServers(place, tables.settings().clock(), complaints),
                QueryFilter.read(settings.needed("query_filter"), settings.place("query_filter")),
                projection(settings),
                KeyTemplate.ofResult(settings.text("result_format", "%s"), settings.place("result_format")),
                settings.number("expansion_limit", EXPANSIONS, 0, MOST_EXPANSIONS), complaints);
        return DatabaseTable.of(title, settings, tables, search);
    }

    private static ConnectionString address(String uri, DatabaseSettings settings) {
        try {
            return new ConnectionString(MongodbTls.without(uri));
        } catch (IllegalArgumentException | MongoException e) {
            throw new TableException(settings.place("uri") + ": bad uri: " + e.getMessage());
        }
    }

    /** Either names of fields or a projection, which may compute some. */
    private static BsonDocument projection(DatabaseSettings settings) {
        List<String> names = settings.words("result_attribute", "");
        String written = settings.text("projection", "");
        if (names.isEmpty() == written.isEmpty()) {
            throw new TableException(settings.place("projection")
                    + ": need exactly one of result_attribute and projection");
        }
        BsonDocument projection = new BsonDocument();
        names.forEach(name -> projection.append(name, new BsonInt32(1)));
        if (names.isEmpty()) {
            try {
                projection.putAll(BsonDocument.parse(written));
            } catch (JsonParseException e) {
                throw new TableException(settings.place("projection") + ": projection is not JSON: " + e.getMessage());
            }
        }
        projection.put("_id", new BsonInt32(0));
        return projection;
    }
}
