package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.postrider.common.posix.FileWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What processes left in the journal that were killed. Any thread. */
final class JournalOrphans {
    private static final Logger LOG = LoggerFactory.getLogger(JournalOrphans.class);

    private final JournalFiles files;
    private final Predicate<Path> isOwn;

    /** @param isOwn which segments are the caller's */
    JournalOrphans(JournalFiles files, Predicate<Path> isOwn) {
        this.files = files;
        this.isOwn = isOwn;
    }

    /** The segments with messages in them that nobody has; the caller closes them. */
    List<JournalSegment> take() {
        List<JournalSegment> orphans = new ArrayList<>();
        try {
            for (Path path : files.all()) {
                Optional<JournalSegment> segment = isOwn.test(path) ? Optional.empty() : files.open(path);
                if (segment.isPresent() && hasMessages(segment.get())) {
                    orphans.add(segment.get());
                } else if (segment.isPresent()) {
                    segment.get().close();
                }
            }
        } catch (IOException e) {
            LOG.warn("journal: can't look through {}: {}", files.directory(), FileWords.of(e));
        }
        return orphans;
    }

    private static boolean hasMessages(JournalSegment segment) throws IOException {
        Optional<JournalSegment.Header> header = segment.header();
        return header.isPresent() && !segment.reader(header.get()).next().isEmpty();
    }

    /** Notes the ids of the messages in them. */
    void hold(HeldIds held) throws IOException {
        for (JournalSegment left : take()) {
            try (left) {
                JournalReader reader = left.reader(left.header().orElseThrow());
                for (List<JournalRecord> batch = reader.next(); !batch.isEmpty(); batch = reader.next()) {
                    held.add(left, batch);
                }
            }
        }
    }
}
