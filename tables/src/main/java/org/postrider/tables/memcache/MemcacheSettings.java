package org.postrider.tables.memcache;

import java.time.Duration;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.KeyTemplate;

/**
 * What memcache_table(5) has.
 *
 * @param server {@code inet:host:port} or {@code unix:path}
 * @param keys what a lookup key becomes
 * @param flags stored with a value
 * @param ttl seconds that a value is kept
 * @param lineLimit longest line of a reply, in bytes
 * @param dataLimit longest value, in bytes
 * @param tries how often a command is tried
 * @param pause between tries
 * @param timeout for connecting, sending and receiving
 */
record MemcacheSettings(String server, KeyTemplate keys, int flags, int ttl, int lineLimit, int dataLimit, int tries,
        Duration pause, Duration timeout) {
    static MemcacheSettings read(DatabaseSettings settings) {
        String digest = settings.text("key_digest", "");
        if (!digest.isEmpty()) {
            throw settings.unsupported("key_digest", digest);
        }
        return new MemcacheSettings(settings.text("memcache", "inet:localhost:11211"),
                KeyTemplate.ofQuery(settings.text("key_format", "%s"), settings.place("key_format")),
                settings.number("flags", 0, 0), settings.number("ttl", 3600, 0),
                settings.number("line_size_limit", 1024, 1), settings.number("data_size_limit", 10240, 1),
                settings.number("max_try", 2, 1), Duration.ofSeconds(settings.number("retry_pause", 1, 1)),
                Duration.ofSeconds(Math.max(1, settings.number("timeout", 2, 0))));
    }
}
