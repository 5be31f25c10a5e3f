package org.postrider.common.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The ids of the messages that a process has in its segments of the journal. Safe for many threads. */
final class HeldIds {
    private final Set<QueueId> all = ConcurrentHashMap.newKeySet();
    private final Map<JournalSegment, List<QueueId>> bySegment = new HashMap<>();

    /** These are about to be written to a segment. */
    synchronized void add(JournalSegment segment, List<JournalRecord> records) {
        List<QueueId> ids = bySegment.computeIfAbsent(segment, _ -> new ArrayList<>());
        for (JournalRecord record : records) {
            ids.add(record.id());
            boolean _ = all.add(record.id());
        }
    }

    /** A segment was emptied. */
    synchronized void remove(JournalSegment segment) {
        List<QueueId> ids = bySegment.remove(segment);
        if (ids != null) {
            ids.forEach(all::remove);
        }
    }

    boolean contains(QueueId id) {
        return all.contains(id);
    }
}
