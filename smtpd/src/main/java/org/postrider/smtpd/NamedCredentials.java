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

/**
 * The certificates that tls_server_sni_maps names, by what the table says: a handshake does not read and check keys that an earlier one
 * has read. Files are looked at once in ten seconds at most. What was used last is kept. Safe for many threads.
 */
final class NamedCredentials {
    private static final long LOOK_EVERY = Duration.ofSeconds(10).toNanos();

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
     * Keys with their certificates.
     *
     * @param value chain files in Base64, as postmap -F stores them, or their names where the table is one of names
     * @param name what the client asked for, for errors
     * @throws TlsException when there is no key, or a certificate is not the key's
     */
    List<Credential> of(String value, String name) throws TlsException {
        List<Path> names = value.startsWith("/")
                ? Stream.of(value.split("[,\\s]+", -1)).map(Path::of).toList()
                : List.of();
        synchronized (known) {
            Known before = known.get(value);
            if (before != null && (names.isEmpty() || System.nanoTime() - before.lookedAt < LOOK_EVERY)) {
                return before.credentials;
            }
        }
        String look = files.look(names);
        synchronized (known) {
            Known before = known.get(value);
            if (before != null && before.look.equals(look)) {
                known.put(value, new Known(before.credentials, look, System.nanoTime()));
                return before.credentials;
            }
        }
        List<Credential> read = names.isEmpty()
                ? Credential.chains(Base64.getMimeDecoder().decode(value), name)
                : reader.chains(names);
        synchronized (known) {
            known.put(value, new Known(read, look, System.nanoTime()));
        }
        return read;
    }
}
