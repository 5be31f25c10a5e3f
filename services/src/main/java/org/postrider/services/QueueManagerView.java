package org.postrider.services;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.Standing;
import org.postrider.common.queue.QueueId;

/**
 * What the queue manager says during one listing of the queue. It is asked over one connection, which is made when the first
 * message needs it; once it did not answer it is not asked again. One thread.
 */
final class QueueManagerView implements AutoCloseable {
    private final Way way;
    private Standing.@Nullable Asker asker;
    private @Nullable Standing elsewhere;
    private String failure = "";

    /** To the queue manager. */
    interface Way {
        /** Connects; an exception says why that can't be. */
        Standing.Asker open() throws IOException;
    }

    QueueManagerView(Way way) {
        this.way = way;
    }

    /** What active messages wait for, at most {@link Standing#MOST_AT_ONCE} of them; nothing when nobody says. */
    Map<QueueId, Standing> active(List<QueueId> ids) {
        Map<QueueId, Standing> found = new HashMap<>();
        Iterator<QueueId> each = ids.iterator();
        for (Standing standing : ask(ids.stream().map(QueueId::text).toList())) {
            found.put(each.next(), standing);
        }
        return found;
    }

    /** What messages wait for that are not active and whose time has come; empty when nobody says. */
    Optional<String> elsewhere() {
        if (elsewhere == null) {
            elsewhere = ask(List.of("")).stream().findFirst().orElse(null);
        }
        return Optional.ofNullable(elsewhere).map(Standing::others);
    }

    private List<Standing> ask(List<String> ids) {
        if (!failure.isEmpty()) {
            return List.of();
        }
        try {
            if (asker == null) {
                asker = way.open();
            }
            return asker.of(ids);
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
            return List.of();
        }
    }

    /** For behind the words that are true without an answer: that there was none. */
    String silence() {
        return failure.isEmpty() ? "" : "; the queue manager does not say more: " + failure;
    }

    /** What a whole message waits for: what its recipients do, where that is the same. */
    static String common(Standing standing) {
        Map<Long, String> recipients = standing.recipients();
        Set<String> different = new HashSet<>(recipients.values());
        if (different.isEmpty()) {
            return standing.others();
        }
        return different.size() == 1 ? different.iterator().next() : "what its recipients wait for";
    }

    @Override
    public void close() {
        if (asker != null) {
            asker.close();
        }
    }
}
