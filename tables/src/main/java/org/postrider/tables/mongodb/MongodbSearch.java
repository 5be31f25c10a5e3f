package org.postrider.tables.mongodb;

import com.mongodb.client.MongoCursor;
import java.util.Locale;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.LookupResult;
import org.postrider.tables.DatabaseException;
import org.postrider.tables.DatabaseTable;
import org.postrider.tables.KeyTemplate;
import org.postrider.tables.LookupKey;
import org.postrider.tables.ResultText;

/**
 * One query for one key. Every text and whole number in the documents found is a value, also those in lists; the field
 * {@code _id}, which every document has, is none.
 *
 * @param projection which fields a document has in the answer
 * @param limit expansion_limit: most values; 0 for any number
 */
record MongodbSearch(String source, MongodbServers servers, QueryFilter filter, BsonDocument projection,
        KeyTemplate format, int limit, Complaints complaints) implements DatabaseTable.Search {
    /** A query that returns so many documents for one key has forgotten the key. */
    private static final int MOST_DOCUMENTS = 100_000;
    private static final String IDENTITY = "_id";

    @Override
    public LookupResult find(LookupKey key) throws DatabaseException {
        Optional<BsonDocument> query = filter.expand(key);
        if (query.isEmpty() || !format.fits(key)) {
            return LookupResult.NOT_FOUND;
        }
        return servers.find(query.get(), projection, documents -> {
            ResultText text = new ResultText(format, key, limit);
            for (int count = 0; documents.hasNext(); count++) {
                if (count == MOST_DOCUMENTS) {
                    throw new DatabaseException("more than " + MOST_DOCUMENTS + " documents");
                }
                add(documents, text);
            }
            return text.result();
        });
    }

    private void add(MongoCursor<BsonDocument> documents, ResultText text) throws DatabaseException {
        for (var field : documents.next().entrySet()) {
            if (!field.getKey().equals(IDENTITY)) {
                add(field.getKey(), field.getValue(), text);
            }
        }
    }

    private void add(String name, BsonValue value, ResultText text) throws DatabaseException {
        switch (value.getBsonType()) {
            case STRING -> text.add(value.asString().getValue());
            case INT32 -> text.add(Integer.toString(value.asInt32().getValue()));
            case INT64 -> text.add(Long.toString(value.asInt64().getValue()));
            case ARRAY -> {
                for (BsonValue item : value.asArray()) {
                    add(name, item, text);
                }
            }
            default -> complaints.warn(source + ": field " + name + " is of type "
                    + value.getBsonType().name().replace('_', ' ').toLowerCase(Locale.ROOT)
                    + ", which is no value of a table -- ignored");
        }
    }
}
