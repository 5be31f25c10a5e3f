package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.common.lookup.TableSource;

/** A source that is read by another thread. */
@Timeout(60)
class SourceAheadTest {
    private final List<String> seen = new ArrayList<>();

    private void read(SourceAhead.Reading reading) throws IOException {
        SourceAhead.read(reading, entry -> seen.add(entry.key()), seen::add);
    }

    private static TableSource.Entry entry(int number) {
        return new TableSource.Entry(number, "k" + number, "v");
    }

    @Test
    void entriesAndWarningsKeepTheirOrder() throws IOException {
        List<String> given = new ArrayList<>();
        read((entries, warnings) -> {
            for (int i = 0; i < 100_000; i++) {
                if (i % 701 == 0 || i % 1000 < 3) {
                    warnings.accept("w" + i);
                    given.add("w" + i);
                }
                entries.entry(entry(i));
                given.add("k" + i);
            }
        });
        assertThat(seen).isEqualTo(given);
    }

    @Test
    void nothingIsRead() throws IOException {
        read((_, _) -> {
        });
        assertThat(seen).isEmpty();
    }

    @Test
    void whatWasReadBeforeAnErrorComesFirst() {
        for (Exception error : List.of(new IOException("broken"), new IllegalArgumentException("broken"))) {
            seen.clear();
            assertThatThrownBy(() -> read((entries, warnings) -> {
                entries.entry(entry(1));
                warnings.accept("w");
                entries.entry(entry(2));
                if (error instanceof IOException failed) {
                    throw failed;
                }
                throw new IllegalArgumentException("broken");
            })).isInstanceOf(error.getClass()).hasMessage("broken");
            assertThat(seen).containsExactly("k1", "w", "k2");
        }
    }

    /** Where an entry can't be stored, the rest is not read. */
    @Test
    void readingEndsWhenNobodyWantsMore() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        assertThatThrownBy(() -> SourceAhead.read((entries, _) -> {
            try {
                while (true) {
                    entries.entry(entry(1));
                }
            } finally {
                ended.countDown();
            }
        }, _ -> {
            throw new IOException("full");
        }, seen::add)).isInstanceOf(IOException.class).hasMessage("full");
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
