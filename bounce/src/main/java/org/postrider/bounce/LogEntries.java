package org.postrider.bounce;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.BounceRequest;

/** What happened to the recipients of a message: gone through as often as a letter needs, never whole in memory. */
interface LogEntries {
    /** One pass. One thread. */
    interface Pass extends Closeable {
        /** The next entry, or null at the end. */
        BounceRequest.@Nullable Entry next() throws IOException;

        @Override
        default void close() throws IOException {}
    }

    /** Takes one entry. */
    interface Taker {
        void take(BounceRequest.Entry entry) throws IOException;
    }

    /** Begins at the first entry. */
    Pass open() throws IOException;

    /** These and no others. */
    static LogEntries of(List<BounceRequest.Entry> entries) {
        return () -> {
            Iterator<BounceRequest.Entry> rest = entries.iterator();
            return () -> rest.hasNext() ? rest.next() : null;
        };
    }

    /** Those whose sender did not say what to be told of, or said this. */
    default LogEntries wanting(int notify) {
        return () -> {
            Pass all = open();
            return new Pass() {
                @Override
                public BounceRequest.@Nullable Entry next() throws IOException {
                    BounceRequest.Entry entry = all.next();
                    while (entry != null && !wants(entry, notify)) {
                        entry = all.next();
                    }
                    return entry;
                }

                @Override
                public void close() throws IOException {
                    all.close();
                }
            };
        };
    }

    private static boolean wants(BounceRequest.Entry entry, int notify) {
        int asked = entry.recipient().dsnNotify();
        return asked == 0 || (asked & notify) != 0;
    }

    default boolean isEmpty() throws IOException {
        try (Pass pass = open()) {
            return pass.next() == null;
        }
    }

    /** Hands on every entry. */
    default void forEach(Taker taker) throws IOException {
        try (Pass pass = open()) {
            for (BounceRequest.Entry entry = pass.next(); entry != null; entry = pass.next()) {
                taker.take(entry);
            }
        }
    }
}
