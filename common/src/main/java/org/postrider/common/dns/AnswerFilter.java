package org.postrider.common.dns;

/** Decides which records of an answer count: {@code smtp_dns_reply_filter} and its like. Safe for many threads; may block. */
public interface AnswerFilter {
    /** What becomes of a record. */
    enum Fate {
        STAYS, GOES,
        /** It can't be said: then the answer does not count. */
        UNKNOWN
    }

    /** Nothing is decided: answers may be kept. */
    boolean isEmpty();

    /** Of a record as {@code name ttl class type preference value}; the preference is there for MX only. */
    Fate fate(String entry);

    /** Every record stays. */
    AnswerFilter NONE = new AnswerFilter() {
        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public Fate fate(String entry) {
            return Fate.STAYS;
        }
    };
}
