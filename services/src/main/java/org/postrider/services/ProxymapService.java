package org.postrider.services;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProtocolException;
import org.postrider.common.ipc.ProxymapRequest;
import org.postrider.common.ipc.ProxymapRequest.Answer;
import org.postrider.common.ipc.ProxymapRequest.Kind;
import org.postrider.common.ipc.ProxymapRequest.Status;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.Tables;
import org.postrider.common.lookup.UpdatableTable;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services {@code proxymap} and {@code proxywrite}: lookup tables for programs that can't or should not open them; proxymap(8). Only
 * tables that {@link ApprovedTables} has are opened. The tables of all clients are shared, and with them the few connections that a
 * table has to its database.
 *
 * <p>Every client is a virtual thread; what holds a thread, the tables do aside.
 */
final class ProxymapService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ProxymapService.class);

    /**
     * main.cf as proxymap(8) uses it.
     *
     * @param approved proxy_read_maps, or proxy_write_maps
     * @param writes the service has the name in proxywrite_service_name
     * @param timeout ipc_timeout: how long a client may be silent
     */
    record Settings(ApprovedTables approved, boolean writes, Duration timeout) {
        static Settings of(Parameters parameters, String service) {
            boolean writes = service.equals(parameters.string("proxywrite_service_name"));
            return new Settings(ApprovedTables.of(parameters, writes), writes, parameters.time("ipc_timeout"));
        }
    }

    private final Settings settings;
    private final Tables tables;
    private final Map<Integer, Tables> variants = new ConcurrentHashMap<>();
    private final Map<String, String> positions = new ConcurrentHashMap<>();

    private ProxymapService(Settings settings, Tables tables) {
        this.settings = settings;
        this.tables = tables;
    }

    static ProxymapService open(ServiceContext context) {
        return new ProxymapService(Settings.of(context.parameters(), context.serviceName()),
                context.trustedTables(context.queueDirectory()));
    }

    @Override
    public void converse(Connection connection) throws IOException {
        connection.timeout(settings.timeout());
        new Attributes().put("protocol", ProxymapRequest.PROTOCOL).write(connection.out());
        connection.out().flush();
        Optional<Attributes> list = Attributes.readIfAny(connection.in());
        while (list.isPresent()) {
            answer(list.get()).write(connection.out());
            connection.out().flush();
            list = Attributes.readIfAny(connection.in());
        }
    }

    private Attributes answer(Attributes list) {
        Kind kind;
        try {
            kind = ProxymapRequest.kind(list);
        } catch (ProtocolException e) {
            LOG.warn("{}", e.getMessage());
            return new Attributes().put("status", Status.BAD.code());
        }
        try {
            ProxymapRequest request = ProxymapRequest.fromAttributes(kind, list);
            return answer(request, Tables.withoutProxy(request.table())).toAttributes(kind);
        } catch (ProtocolException e) {
            LOG.warn("{} in input from proxymap socket", e.getMessage());
            return Answer.of(Status.BAD).toAttributes(kind);
        }
    }

    private Answer answer(ProxymapRequest request, String table) {
        if (!settings.writes() && (request.kind() == Kind.UPDATE || request.kind() == Kind.DELETE)) {
            LOG.warn("refusing {} {} request on non-proxywrite service", table, request.kind().word());
            return Answer.of(Status.DENIED);
        }
        if (!settings.approved().contains(table)) {
            LOG.warn("request for unapproved table: \"{}\"", table);
            LOG.warn("to approve this table for {} access, list proxy:{} in main.cf:{}",
                    settings.writes() ? "read-write" : "read-only", table, settings.approved().parameter());
            return Answer.of(Status.DENIED);
        }
        try {
            return switch (request.kind()) {
                case OPEN -> new Answer(Status.OK, flags(opened(request, table)), "", "");
                case LOOKUP -> lookup(opened(request, table), request.key());
                case UPDATE -> {
                    updatable(request, table).put(request.key(), request.value());
                    yield Answer.of(Status.OK);
                }
                case DELETE -> Answer.of(updatable(request, table).remove(request.key()) ? Status.OK : Status.NO_KEY);
                case SEQUENCE -> next(request, table);
            };
        } catch (TableException | IOException e) {
            LOG.warn("{} is unavailable. {}", table, e.getMessage());
            return Answer.of(Status.RETRY);
        }
    }

    private static int flags(LookupTable table) {
        return table.wantsWholeKey() ? ProxymapRequest.PATTERN : ProxymapRequest.FIXED;
    }

    private static Answer lookup(LookupTable table, String key) {
        return switch (table.find(key)) {
            case LookupResult.Found(String value) when value.indexOf('\0') < 0 -> new Answer(Status.OK, 0, "", value);
            case LookupResult.Found _ -> {
                LOG.warn("{}: the value of \"{}\" has a NUL byte", table.title(), key);
                yield Answer.of(Status.RETRY);
            }
            case LookupResult.NotFound _ -> Answer.of(Status.NO_KEY);
            case LookupResult.Unavailable(String reason) -> {
                LOG.warn("{} is unavailable. {}", table.title(), reason);
                yield Answer.of(Status.RETRY);
            }
        };
    }

    /** The place after which to go on is the table's, as it has one walker at a time: the cleanup of a cache. */
    private Answer next(ProxymapRequest request, String table) throws IOException {
        Optional<String> last = request.function() == ProxymapRequest.FIRST
                ? Optional.empty()
                : Optional.ofNullable(positions.get(table));
        Optional<Map.Entry<String, String>> entry = updatable(request, table).after(last);
        if (entry.isEmpty()) {
            return Answer.of(Status.NO_KEY);
        }
        positions.put(table, entry.get().getKey());
        return new Answer(Status.OK, 0, entry.get().getKey(), entry.get().getValue());
    }

    private LookupTable opened(ProxymapRequest request, String table) {
        if (settings.writes()) {
            return updatable(request, table);
        }
        Tables variant = tables(request);
        return settings.approved().isAliases(table) ? variant.openAliases(table) : variant.open(table);
    }

    /** The tables as this client wants them. */
    private Tables tables(ProxymapRequest request) {
        return variants.computeIfAbsent(
                request.flags() & (ProxymapRequest.FOLD | ProxymapRequest.NO_SUBSTITUTION), this::variant);
    }

    private Tables variant(int flags) {
        Tables folding = new Tables(tables.settings().withFoldKeys((flags & ProxymapRequest.FOLD) != 0));
        return (flags & ProxymapRequest.NO_SUBSTITUTION) != 0 ? folding.withoutSubstitution() : folding;
    }

    private UpdatableTable updatable(ProxymapRequest request, String table) {
        return tables(request).openForUpdate(table);
    }
}
