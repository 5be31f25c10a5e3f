package org.postrider.common.ipc;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks trivial-rewrite what an address means (rewrite) and where it leads (resolve). Answers are cached by the asker, at most
 * {@link #MOST_CACHED} of each kind; the cache goes with the object, and a new configuration generation makes a new object.
 * Safe for many threads.
 */
public final class RewriteClient {
    private static final int MOST_CACHED = 1000;

    private final ServiceClient service;
    private final Map<RewriteRequest, String> rewritten = new Recent<>();
    private final Map<ResolveRequest, ResolveAnswer> resolved = new Recent<>();

    /** @param service a client of {@code private/rewrite} (rewrite_service_name) */
    public RewriteClient(ServiceClient service) {
        this.service = service;
    }

    /** The address in full form under these rules; addresses in internal (unquoted) form. */
    public String rewrite(RewriteRequest request) throws IOException {
        synchronized (rewritten) {
            String known = rewritten.get(request);
            if (known != null) {
                return known;
            }
        }
        Attributes answer = service.call(request.toAttributes());
        String address = answer.get("address");
        synchronized (rewritten) {
            rewritten.put(request, address);
        }
        return address;
    }

    /** Where mail for the address goes. */
    public ResolveAnswer resolve(ResolveRequest request) throws IOException {
        synchronized (resolved) {
            ResolveAnswer known = resolved.get(request);
            if (known != null) {
                return known;
            }
        }
        ResolveAnswer answer = ResolveAnswer.fromAttributes(service.call(request.toAttributes()));
        if (!answer.failed()) {
            synchronized (resolved) {
                resolved.put(request, answer);
            }
        }
        return answer;
    }

    private static final class Recent<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(256, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MOST_CACHED;
        }
    }
}
