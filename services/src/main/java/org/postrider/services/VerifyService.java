package org.postrider.services;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.posix.FileThreads;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.Utf8Detection;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.ipc.VerifyRequest.Answer;
import org.postrider.common.mail.ProbeSender;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code verify} (private/verify), verify(8): says what is known of an address. Where nothing is, it sends a probe and says so;
 * delivery agents tell it what became of the probe.
 */
final class VerifyService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(VerifyService.class);
    private static final Set<String> FILE_TYPES = Set.of("btree", "hash", "lmdb", "dbm", "sdbm");

    private final VerifyCache cache;
    private final Probes probes;
    private final FileThreads files;

    /**
     * main.cf as verify(8) uses it.
     *
     * @param map address_verify_map
     * @param times how long results are kept
     * @param sender address_verify_sender and address_verify_sender_ttl
     * @param hostName myhostname, for the Received header of probes
     * @param mailName mail_name, for the same
     * @param utf8Flag what smtputf8_autodetect_classes says of verify
     */
    record Settings(String map, VerifyCache.Times times, ProbeSender sender, String hostName, String mailName,
            int utf8Flag) {
        static Settings of(Parameters parameters) {
            return new Settings(parameters.string("address_verify_map"), VerifyCache.Times.of(parameters),
                    ProbeSender.of(parameters.string("address_verify_sender"), parameters.string("myorigin"),
                            parameters.time("address_verify_sender_ttl")),
                    parameters.string("myhostname"), parameters.string("mail_name"),
                    Utf8Detection.of(parameters).flag("verify"));
        }
    }

    /** @param dataDirectory where the cache is kept; empty for memory only */
    VerifyService(ServiceContext context, Optional<SecureDirectoryStream<Path>> dataDirectory) {
        Settings settings = Settings.of(context.parameters());
        this.cache = new VerifyCache(settings.times(), context.clock(), settings.map(),
                file(settings.map(), dataDirectory));
        this.probes = new Probes(context.cleanup(), settings.sender(), settings.hostName(), settings.mailName(),
                settings.utf8Flag(), context.clock());
        this.files = new FileThreads(context.fileWork());
    }

    /** The file that stands for a table: its name with {@code .cache} behind it, in data_directory wherever the table is. */
    private static CacheFile file(String map, Optional<SecureDirectoryStream<Path>> dataDirectory) {
        String plain = map.startsWith("proxy:") ? map.substring("proxy:".length()) : map;
        int colon = plain.indexOf(':');
        if (plain.isEmpty()) {
            return new CacheFile(Optional.empty(), "verify");
        }
        if (colon < 0 || !FILE_TYPES.contains(plain.substring(0, colon))) {
            LOG.warn("address_verify_map {}: no table that can be written; results are kept in memory only", map);
            return new CacheFile(Optional.empty(), "verify");
        }
        return new CacheFile(dataDirectory, plain.substring(Math.max(colon, plain.lastIndexOf('/')) + 1) + ".cache");
    }

    /** Requests and answers until the client hangs up. */
    @Override
    public void converse(Connection connection) throws IOException {
        for (var list = Attributes.readIfAny(connection.in()); list.isPresent(); list = Attributes
                .readIfAny(connection.in())) {
            answer(VerifyRequest.fromAttributes(list.get())).toAttributes().write(connection.out());
            connection.out().flush();
        }
    }

    private Answer answer(VerifyRequest request) throws IOException {
        return switch (request) {
            case VerifyRequest.Query(String address) -> query(address);
            case VerifyRequest.Update(String address, VerifyRequest.Status status, String reason) ->
                files.call(() -> {
                    cache.update(key(address), status, reason);
                    return new Answer(status, reason);
                });
        };
    }

    private Answer query(String address) throws IOException {
        VerifyCache.Found found = files.call(() -> cache.find(key(address)));
        if (found.wantsProbe()) {
            try {
                probes.send(address);
            } catch (IOException e) {
                LOG.warn("probe for {}: {}", address, e.getMessage());
                cache.probeFailed(key(address));
            }
        }
        return found.answer();
    }

    private static String key(String address) {
        return address.toLowerCase(Locale.ROOT);
    }

    @Override
    public void retire() {
        cache.close();
    }
}
