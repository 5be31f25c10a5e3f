package org.postrider.common.ipc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks trivial-rewrite what an address means (rewrite) and where it leads (resolve). Answers are cached by the asker, at most
 * {@link #MOST_CACHED} of each kind; the cache goes with the object, and a new configuration generation makes a new object.
 * Safe for many threads.
 */
public final class RewriteClient {
    private static final int MOST_CACHED = 1000;

    /** As many requests as are sent before an answer is read: no more than fit into what a socket holds. */
    public static final int MOST_AT_ONCE = 50;

    private final ServiceClient service;
    private final Map<RewriteRequest, String> rewritten = new Recent<>();
    private final Map<ResolveRequest, ResolveAnswer> resolved = new Recent<>();

    /** @param service a client of {@code private/rewrite} (rewrite_service_name) */
    public RewriteClient(ServiceClient service) {
        this.service = service;
    }

    /** The address in full form under these rules; addresses in internal (unquoted) form. */
    public String rewrite(RewriteRequest request) throws IOException {
        if (request.isInFullForm()) {
            return request.address();
        }
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
        return ask(List.of(request)).getFirst();
    }

    /**
     * Where mail for each of these addresses goes, in their order. What is not known is asked in one go before the first answer is read:
     * at most {@link #MOST_AT_ONCE} of them.
     */
    public List<ResolveAnswer> resolve(List<ResolveRequest> requests) throws IOException {
        ResolveAnswer[] answers = new ResolveAnswer[requests.size()];
        List<Integer> unknown = new ArrayList<>();
        synchronized (resolved) {
            for (int i = 0; i < answers.length; i++) {
                ResolveAnswer known = resolved.get(requests.get(i));
                if (known == null) {
                    unknown.add(i);
                } else {
                    answers[i] = known;
                }
            }
        }
        if (!unknown.isEmpty()) {
            List<ResolveAnswer> asked = ask(unknown.stream().map(requests::get).toList());
            for (int i = 0; i < asked.size(); i++) {
                answers[unknown.get(i)] = asked.get(i);
            }
        }
        return List.of(answers);
    }

    private List<ResolveAnswer> ask(List<ResolveRequest> requests) throws IOException {
        List<ResolveAnswer> answers = service.exchange(connection -> {
            for (ResolveRequest request : requests) {
                request.toAttributes().write(connection.out());
            }
            connection.out().flush();
            List<ResolveAnswer> found = new ArrayList<>(requests.size());
            while (found.size() < requests.size()) {
                found.add(ResolveAnswer.fromAttributes(Attributes.read(connection.in())));
            }
            return found;
        });
        synchronized (resolved) {
            for (int i = 0; i < answers.size(); i++) {
                if (!answers.get(i).failed()) {
                    resolved.put(requests.get(i), answers.get(i));
                }
            }
        }
        return answers;
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
