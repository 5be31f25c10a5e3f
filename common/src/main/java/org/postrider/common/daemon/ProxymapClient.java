package org.postrider.common.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProxymapRequest;
import org.postrider.common.ipc.ProxymapRequest.Answer;
import org.postrider.common.ipc.ProxymapRequest.Kind;
import org.postrider.common.lookup.ProxyService;
import org.postrider.common.lookup.TableException;

/**
 * Asks proxymap(8). A request that breaks is made once more on a new connection, so that a server which is replaced just now costs
 * nothing; one that takes too long is not. Safe for many threads.
 */
public final class ProxymapClient implements ProxyService {
    /** Sends a request, reads its answer; the announcement of the protocol that may come before it is skipped. */
    public interface Caller {
        Attributes call(Attributes request) throws IOException;
    }

    private final Supplier<String> service;
    private final Caller caller;

    /** @param service proxymap_service_name or proxywrite_service_name, for messages */
    public ProxymapClient(Supplier<String> service, Caller caller) {
        this.service = service;
        this.caller = caller;
    }

    @Override
    public boolean open(Table table) throws IOException {
        return (ask(Kind.OPEN, table, "", "", 0).flags() & ProxymapRequest.PATTERN) != 0;
    }

    @Override
    public Optional<String> lookup(Table table, String key) throws IOException {
        Answer answer = ask(Kind.LOOKUP, table, key, "", 0);
        return answer.status() == ProxymapRequest.Status.OK ? Optional.of(answer.value()) : Optional.empty();
    }

    @Override
    public void put(Table table, String key, String value) throws IOException {
        Answer _ = ask(Kind.UPDATE, table, key, value, 0);
    }

    @Override
    public boolean remove(Table table, String key) throws IOException {
        return ask(Kind.DELETE, table, key, "", 0).status() == ProxymapRequest.Status.OK;
    }

    @Override
    public Optional<Map.Entry<String, String>> next(Table table, boolean first) throws IOException {
        Answer answer = ask(Kind.SEQUENCE, table, "", "", first ? ProxymapRequest.FIRST : ProxymapRequest.NEXT);
        return answer.status() == ProxymapRequest.Status.OK
                ? Optional.of(Map.entry(answer.key(), answer.value()))
                : Optional.empty();
    }

    private Answer ask(Kind kind, Table table, String key, String value, int function) throws IOException {
        int flags = ProxymapRequest.LOCK | (table.foldsKeys() ? ProxymapRequest.FOLD : 0)
                | (table.substitutes() ? 0 : ProxymapRequest.NO_SUBSTITUTION);
        Attributes request = new ProxymapRequest(kind, table.name(), flags, key, value, function).toAttributes();
        Answer answer = Answer.fromAttributes(call(request));
        return switch (answer.status()) {
            case OK, NO_KEY -> answer;
            case RETRY -> throw new IOException("query error");
            case BAD -> throw new IOException("the " + service.get() + " service did not understand the request");
            case DENIED ->
                throw new TableException(
                        service.get() + " service is not configured for table \"" + table.name() + '"');
        };
    }

    private Attributes call(Attributes request) throws IOException {
        try {
            return caller.call(request);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            return caller.call(request);
        }
    }

    /** Reads the answer to a request; a server says which protocol it speaks before the first one. */
    public static Attributes answer(InputStream in) throws IOException {
        Attributes list = Attributes.read(in);
        return list.find("protocol").isPresent() ? Attributes.read(in) : list;
    }
}
