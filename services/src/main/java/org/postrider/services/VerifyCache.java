package org.postrider.services;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.VerifyRequest.Answer;
import org.postrider.common.ipc.VerifyRequest.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of addresses, and for how long; verify(8). A deliverable address stays deliverable until it expires, whatever later
 * probes say. At most {@link #MOST_ENTRIES} are kept, those asked for last. Safe for several threads.
 *
 * <p>What probes found out is in a {@link CacheFile} too, so that it outlives the process; that a probe is on its way is not.
 */
final class VerifyCache {
    static final int MOST_ENTRIES = 50_000;
    /** A probe that has told nothing after this time is lost. */
    static final Duration PROBE_LIFETIME = Duration.ofSeconds(1000);
    /** How long a failure is remembered where failures are not to be cached: long enough for the one who asked. */
    static final Duration FLEETING = Duration.ofSeconds(60);
    static final String IN_PROGRESS = "Address verification in progress";

    private static final Logger LOG = LoggerFactory.getLogger(VerifyCache.class);
    private static final String LAST_CLEANUP = "_LAST_CACHE_CLEANUP_COMPLETED_";
    private static final int LONGEST_REASON = 1000;

    /** address_verify_{positive,negative}_{expire,refresh}_time, _negative_cache, _cache_cleanup_interval. */
    record Times(Duration positiveExpire, Duration positiveRefresh, Duration negativeExpire, Duration negativeRefresh,
            boolean keepsNegative, Duration cleanupInterval) {
        static Times of(Parameters parameters) {
            return new Times(parameters.time("address_verify_positive_expire_time"),
                    parameters.time("address_verify_positive_refresh_time"),
                    parameters.time("address_verify_negative_expire_time"),
                    parameters.time("address_verify_negative_refresh_time"),
                    parameters.bool("address_verify_negative_cache"),
                    parameters.time("address_verify_cache_cleanup_interval"));
        }
    }

    /**
     * What is known of one address.
     *
     * @param probed seconds since 1970 when a probe left that has told nothing yet; 0 for none
     * @param updated seconds since 1970 when the last probe told something
     */
    record Entry(Status status, long probed, long updated, String reason) {
        /** {@code status:probed:updated:reason}, formats.md 5.12. */
        String text() {
            return status.number() + ":" + probed + ":" + updated + ":" + reason;
        }

        static Optional<Entry> parse(String text) {
            String[] fields = text.split(":", 4);
            try {
                return fields.length < 4
                        ? Optional.empty()
                        : Optional.of(new Entry(Status.of(Long.parseLong(fields[0])), Long.parseLong(fields[1]),
                                Long.parseLong(fields[2]), fields[3]));
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
        }
    }

    private final Times times;
    private final InstantSource clock;
    private final String name;
    private final CacheFile file;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private long lastCleanup;

    /** @param name address_verify_map, for the log */
    VerifyCache(Times times, InstantSource clock, String name, CacheFile file) {
        this.times = times;
        this.clock = clock;
        this.name = name;
        this.file = file;
        file.read((key, value) -> {
            if (key.equals(LAST_CLEANUP)) {
                lastCleanup = number(value);
            } else if (value.isEmpty()) {
                entries.remove(key);
            } else {
                Entry.parse(value).ifPresent(entry -> put(key, entry));
            }
        });
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** What is known, and whether the asker is to send a probe; it counts as sent. */
    record Found(Answer answer, boolean wantsProbe) {}

    synchronized Found find(String address) {
        cleanUpIfDue();
        long now = clock.instant().getEpochSecond();
        Entry known = entries.get(address);
        if (known != null && isExpired(known, now)) {
            entries.remove(address);
            known = null;
        }
        boolean probing = known != null && known.probed + PROBE_LIFETIME.toSeconds() > now;
        boolean wantsProbe = !probing && (known == null || isOld(known, now));
        if (wantsProbe) {
            put(address, known == null
                    ? new Entry(Status.PENDING, now, 0, IN_PROGRESS)
                    : new Entry(known.status, now, known.updated, known.reason));
        }
        return new Found(known == null
                ? new Answer(Status.PENDING, IN_PROGRESS)
                : new Answer(known.status, known.reason), wantsProbe);
    }

    /** The probe could not be sent. */
    synchronized void probeFailed(String address) {
        entries.computeIfPresent(address, (_, entry) -> entry.status == Status.PENDING
                ? null
                : new Entry(entry.status, 0, entry.updated, entry.reason));
    }

    /** A probe has told something. */
    synchronized void update(String address, Status status, String reason) {
        long now = clock.instant().getEpochSecond();
        Entry known = entries.get(address);
        if (known != null && known.status == Status.DELIVERABLE && status != Status.DELIVERABLE
                && !isExpired(known, now)) {
            // Asked again after a while, not at every query.
            entries.put(address, new Entry(known.status, now, known.updated, known.reason));
            return;
        }
        Entry entry = new Entry(status, 0, now, printable(reason));
        put(address, entry);
        if (status == Status.DELIVERABLE || times.keepsNegative) {
            file.append(address, entry.text());
            if (file.lines() > 2L * entries.size() + 1000) {
                rewrite();
            }
        }
    }

    private void put(String address, Entry entry) {
        entries.put(address, entry);
        if (entries.size() > MOST_ENTRIES) {
            Iterator<String> eldest = entries.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    private static String printable(String reason) {
        String cut = reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
        return cut.replaceAll("[\\x00-\\x1f\\x7f]", "?");
    }

    private boolean isExpired(Entry entry, long now) {
        return switch (entry.status) {
            case PENDING -> entry.probed + PROBE_LIFETIME.toSeconds() <= now;
            case DELIVERABLE -> entry.updated + times.positiveExpire.toSeconds() <= now;
            case DEFERRED, UNDELIVERABLE -> entry.updated
                    + (times.keepsNegative ? times.negativeExpire : FLEETING).toSeconds() <= now;
        };
    }

    private boolean isOld(Entry entry, long now) {
        Duration refresh = entry.status == Status.DELIVERABLE ? times.positiveRefresh : times.negativeRefresh;
        return entry.updated + refresh.toSeconds() <= now;
    }

    private void cleanUpIfDue() {
        long now = clock.instant().getEpochSecond();
        if (times.cleanupInterval.isZero() || lastCleanup + times.cleanupInterval.toSeconds() > now) {
            return;
        }
        int before = entries.size();
        entries.values().removeIf(entry -> isExpired(entry, now));
        lastCleanup = now;
        LOG.info("cache {} full cleanup: retained={} dropped={} entries", name, entries.size(),
                before - entries.size());
        rewrite();
    }

    private void rewrite() {
        file.rewrite(out -> {
            out.accept(LAST_CLEANUP, Long.toString(lastCleanup));
            for (Map.Entry<String, Entry> entry : entries.entrySet()) {
                if (entry.getValue().status != Status.PENDING) {
                    out.accept(entry.getKey(), entry.getValue().text());
                }
            }
        });
    }

    /** Closes the file. */
    void close() {
        file.close();
    }
}
