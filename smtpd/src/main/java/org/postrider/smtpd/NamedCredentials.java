package org.postrider.smtpd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.postrider.common.tls.Credential;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.TlsException;
import org.postrider.common.tls.TlsFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that tls_server_sni_maps names, by what the table says: a handshake does not read and check keys that an earlier one
 * has read. Files are looked at once in ten seconds at most. What was used last is kept. Safe for many threads.
 */
final class NamedCredentials {
    private static final Logger log = LoggerFactory.getLogger(NamedCredentials.class);
    private static final long LOOK_EVERY = Duration.ofSeconds(10).toNanos();
    /** One handshake asks twice; at its first question what can't be read is read, and told. */
    private static final long ONE_HANDSHAKE = Duration.ofMillis(100).toNanos();
    private static final String ABORTING = "aborting TLS handshake";

    /** What a value stands for; its files looked so. */
    private record Known(List<Credential> credentials, String look, long lookedAt) {}

    private final TlsFiles files;
    private final CredentialFiles reader;
    private final Map<String, Known> known;

    /** @param most values that are kept */
    NamedCredentials(TlsFiles files, CredentialFiles reader, int most) {
        this.files = files;
        this.reader = reader;
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * Keys with their certificates; none where they can't be used, which is logged when they are read.
     *
     * @param value chain files in Base64, as postmap -F stores them, or their names where the table is one of names
     * @param name what the client asked for, for errors
     */
    List<Credential> of(String value, String name) {
        List<Path> names = value.startsWith("/")
                ? Stream.of(value.split("[,\\s]+", -1)).map(Path::of).toList()
                : List.of();
        synchronized (known) {
            Known before = known.get(value);
            if (before != null && isFresh(before, names)) {
                return before.credentials;
            }
        }
        String look = files.look(names);
        synchronized (known) {
            Known before = known.get(value);
            // What can't be read is read again at the next handshake: it may have been a trouble of that moment.
            if (before != null && !before.credentials.isEmpty() && before.look.equals(look)) {
                known.put(value, new Known(before.credentials, look, System.nanoTime()));
                return before.credentials;
            }
        }
        List<Credential> read = read(value, names, "SNI data for " + name);
        synchronized (known) {
            known.put(value, new Known(read, look, System.nanoTime()));
        }
        return read;
    }

    private static boolean isFresh(Known known, List<Path> names) {
        long age = System.nanoTime() - known.lookedAt;
        return known.credentials.isEmpty() ? age < ONE_HANDSHAKE : names.isEmpty() || age < LOOK_EVERY;
    }

    private List<Credential> read(String value, List<Path> names, String all) {
        try {
            return names.isEmpty()
                    ? Credential.chains(decoded(value), all, ABORTING)
                    : reader.chains(names, all, ABORTING);
        } catch (TlsException e) {
            e.lines().forEach(line -> log.warn("{}", line));
            return List.of();
        }
    }

    /** Made by {@code postmap -F}. */
    private static byte[] decoded(String value) {
        try {
            return Base64.getMimeDecoder().decode(value);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }
}
