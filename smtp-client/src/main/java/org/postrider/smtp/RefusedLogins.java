package org.postrider.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.UpdatableTable;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logins that servers have refused with 535 (smtp_sasl_auth_cache_name): they are not tried again as long as the password is the same
 * and the entry is not too old. Keys are {@code host;user}; values {@code seconds:digest:code:status:text}, with the digest of key and
 * password in place of the password. A table that can't be asked or changed is as good as none. Safe for many threads.
 */
final class RefusedLogins {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedLogins.class);
    private static final int REFUSED = 535;
    private static final int FIELDS = 5;

    private final Optional<UpdatableTable> table;
    private final Duration lifetime;
    private final InstantSource clock;

    /** @param table empty where nothing is kept */
    RefusedLogins(Optional<UpdatableTable> table, Duration lifetime, InstantSource clock) {
        this.table = table;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** What the server said to this login. */
    Optional<Reply> known(Peer peer, SaslLogin login) {
        if (table.isEmpty()) {
            return Optional.empty();
        }
        String key = key(peer, login);
        return switch (table.get().find(key)) {
            case LookupResult.NotFound _ -> Optional.empty();
            case LookupResult.Unavailable(String reason) -> {
                LOG.warn("{}: {}", table.get().title(), reason);
                yield Optional.empty();
            }
            case LookupResult.Found(String value) -> {
                Optional<Reply> reply = parse(value, digest(key, login));
                if (reply.isEmpty()) {
                    change(changed -> changed.remove(key));
                }
                yield reply;
            }
        };
    }

    /** The server has answered; a refusal that depends on the password is kept. */
    void note(Peer peer, SaslLogin login, Reply reply) {
        if (table.isPresent() && reply.code() == REFUSED) {
            String key = key(peer, login);
            String value = clock.instant().getEpochSecond() + ":" + digest(key, login) + ":" + reply.code() + ":"
                    + reply.status() + ":" + String.join(" ", reply.text());
            change(changed -> {
                changed.put(key, value);
                return true;
            });
        }
    }

    private interface Change {
        boolean make(UpdatableTable table) throws IOException;
    }

    private void change(Change change) {
        UpdatableTable changed = table.orElseThrow();
        try {
            boolean _ = change.make(changed);
        } catch (IOException e) {
            LOG.warn("{}: update error: {}", changed.title(), String.valueOf(e.getMessage()));
        }
    }

    /** Empty when it is about another password, is too old, or can't be read. */
    private Optional<Reply> parse(String value, String digest) {
        String[] fields = value.split(":", FIELDS);
        try {
            if (fields.length < FIELDS || !fields[1].equals(digest)
                    || Long.parseLong(fields[0]) + lifetime.toSeconds() < clock.instant().getEpochSecond()) {
                return Optional.empty();
            }
            return Optional.of(new Reply(Integer.parseInt(fields[2]), fields[3], List.of(fields[4])));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String key(Peer peer, SaslLogin login) {
        return peer.host() + ";" + login.user();
    }

    private static String digest(String key, SaslLogin login) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((key + '\0' + login.password()).getBytes(StandardCharsets.ISO_8859_1));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
