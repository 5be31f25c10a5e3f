package org.postrider.common.dns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Answers by question until their time to live ends; bounded, the least recently used goes first. One per resolver. */
final class AnswerCache {
    private static final Duration LONGEST = Duration.ofHours(1);

    private record Question(String name, RecordType type) {}

    private record Kept(DnsAnswer answer, Instant until) {}

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Question, Kept> entries;

    AnswerCache(InstantSource clock, int most) {
        this.clock = clock;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) {
                return size() > most;
            }
        };
    }

    @Nullable
    DnsAnswer get(String name, RecordType type) {
        Question question = new Question(name, type);
        lock.lock();
        try {
            Kept entry = entries.get(question);
            if (entry == null) {
                return null;
            }
            if (entry.until.isAfter(clock.instant())) {
                return entry.answer;
            }
            entries.remove(question);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the answer for that many seconds; zero keeps nothing. */
    void put(String name, RecordType type, DnsAnswer answer, long seconds) {
        if (seconds <= 0) {
            return;
        }
        Instant until = clock.instant().plusSeconds(Math.min(seconds, LONGEST.toSeconds()));
        lock.lock();
        try {
            entries.put(new Question(name, type), new Kept(answer, until));
        } finally {
            lock.unlock();
        }
    }
}
