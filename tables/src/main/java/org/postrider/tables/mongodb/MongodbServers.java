package org.postrider.tables.mongodb;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCursor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.LookupResult;
import org.postrider.tables.DatabaseException;

/**
 * A collection in a server or cluster. The driver keeps the connections, at most four, chooses among servers, and watches them
 * with threads of its own from the first question on. While no server answers, questions fail at once for a few seconds instead of
 * waiting one after another. Safe for many threads.
 */
final class MongodbServers {
    /** How long nobody waits for servers that did not answer. */
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 4;
    private static final int IDLE_SECONDS = 60;
    private static final int DOCUMENTS_AT_A_TIME = 100;
    private static final String CLIENT = "Postrider";

    /**
     * Where and how.
     *
     * @param tls empty where the connection string says nothing of files
     * @param timeout for one question, finding a server included
     */
    record Place(ConnectionString address, String database, String collection, Optional<MongodbTls> tls,
            Duration timeout) {}

    /** Makes an answer of what was found. */
    interface Reader {
        LookupResult read(MongoCursor<BsonDocument> documents) throws DatabaseException;
    }

    private final Place place;
    private final InstantSource clock;
    private final Complaints complaints;
    private @Nullable MongoClient client;
    private Instant downUntil = Instant.MIN;
    private String reason = "";

    MongodbServers(Place place, InstantSource clock, Complaints complaints) {
        this.place = place;
        this.clock = clock;
        this.complaints = complaints;
    }

    /**
     * Asks.
     *
     * @throws DatabaseException when no server answers
     */
    LookupResult find(BsonDocument query, BsonDocument projection, Reader reader) throws DatabaseException {
        MongoClient servers = client();
        try (MongoCursor<BsonDocument> documents = servers.getDatabase(place.database)
                .getCollection(place.collection, BsonDocument.class).find(query).projection(projection)
                .batchSize(DOCUMENTS_AT_A_TIME).iterator()) {
            return reader.read(documents);
        } catch (MongoException e) {
            throw failed(e);
        }
    }

    private synchronized MongoClient client() throws DatabaseException {
        if (clock.instant().isBefore(downUntil)) {
            throw new DatabaseException("query error: " + reason);
        }
        MongoClient known = client;
        if (known == null) {
            known = connect();
            client = known;
        }
        return known;
    }

    private MongoClient connect() throws DatabaseException {
        int millis = (int) place.timeout.toMillis();
        // What the address says itself comes later, and counts.
        MongoClientSettings.Builder settings = MongoClientSettings.builder().applicationName(CLIENT)
                .timeout(millis, TimeUnit.MILLISECONDS)
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(millis, TimeUnit.MILLISECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout(millis, TimeUnit.MILLISECONDS))
                .applyToConnectionPoolSettings(pool -> pool.maxSize(CONNECTIONS)
                        .maxConnectionIdleTime(IDLE_SECONDS, TimeUnit.SECONDS))
                .applyConnectionString(place.address);
        if (place.tls.isPresent()) {
            MongodbTls tls = place.tls.get();
            SSLContext context = tls.context();
            settings.applyToSslSettings(
                    ssl -> ssl.enabled(true).invalidHostNameAllowed(!tls.checksName()).context(context));
        }
        try {
            return MongoClients.create(settings.build());
        } catch (MongoException | IllegalArgumentException e) {
            throw failed(e);
        }
    }

    private synchronized DatabaseException failed(RuntimeException e) {
        String text = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
        boolean unreachable = e instanceof MongoTimeoutException || e instanceof MongoSocketException
                || e instanceof MongoSecurityException;
        if (unreachable) {
            downUntil = clock.instant().plus(RETRY);
            reason = text;
        }
        complaints.warn((unreachable ? "connect to mongodb server: " : "mongodb query failed: ") + text);
        return new DatabaseException("query error: " + text);
    }
}
