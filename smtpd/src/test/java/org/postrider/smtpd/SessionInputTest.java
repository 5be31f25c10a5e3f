package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postrider.common.wire.ByteWindow;

/** How long a client has for a request: smtpd_per_request_deadline and smtpd_min_data_rate. */
class SessionInputTest {
    private static final Duration LIMIT = Duration.ofSeconds(100);
    private static final long SECOND = 1_000_000_000L;

    /** Gives as many bytes as it is told to at a time, and keeps the deadlines. */
    private static final class Pieces implements ByteWindow {
        private final List<Long> deadlines = new ArrayList<>();
        private byte[] window = new byte[0];
        private int next;
        private int position;

        @Override
        public byte[] window() {
            return window;
        }

        @Override
        public int position() {
            return position;
        }

        @Override
        public int limit() {
            return window.length;
        }

        @Override
        public void skipTo(int newPosition) {
            position = newPosition;
        }

        @Override
        public boolean fill() {
            window = new byte[next];
            position = 0;
            return true;
        }

        @Override
        public int available() {
            return window.length - position;
        }

        @Override
        public void timeout(Duration timeout) {
            assertThat(timeout).isEqualTo(LIMIT);
        }

        @Override
        public void deadline(long nanoTime) {
            deadlines.add(nanoTime);
        }

        @Override
        public void noDeadline() {
            deadlines.clear();
        }
    }

    private final Pieces pieces = new Pieces();

    private SessionInput input(boolean wholeRequest, int minRate) {
        return new SessionInput(pieces, OutputStream.nullOutputStream(), LIMIT, wholeRequest, minRate);
    }

    private void read(SessionInput input, int bytes) throws java.io.IOException {
        pieces.next = bytes;
        assertThat(input.fill()).isTrue();
        input.skipTo(bytes);
    }

    @Test
    void withoutTheDeadlineEveryWaitHasTheLimit() throws Exception {
        SessionInput input = input(false, 500);
        input.beginRequest(true);
        read(input, 1000);
        assertThat(pieces.deadlines).isEmpty();
    }

    @Test
    void aCommandMustBeThereInTimeHoweverItComes() throws Exception {
        long before = System.nanoTime();
        SessionInput input = input(true, 500);
        input.beginRequest(false);
        read(input, 1);
        read(input, 1_000_000);
        assertThat(pieces.deadlines).hasSize(1);
        assertThat(pieces.deadlines.getFirst() - before).isBetween(100 * SECOND, 110 * SECOND);
    }

    @Test
    void contentEarnsTimeByItsRateAndNeverMoreThanTheLimit() throws Exception {
        SessionInput input = input(true, 500);
        input.beginRequest(true);
        long began = pieces.deadlines.getFirst();
        // No time has passed: the limit is all that can be had.
        read(input, 500_000);
        assertThat(pieces.deadlines.getLast() - System.nanoTime()).isLessThanOrEqualTo(100 * SECOND);
        read(input, 1);
        // A byte is worth two milliseconds at most.
        assertThat(pieces.deadlines.getLast() - pieces.deadlines.get(pieces.deadlines.size() - 2))
                .isLessThanOrEqualTo(SECOND / 500);
        assertThat(pieces.deadlines.getLast()).isGreaterThanOrEqualTo(began);
    }

    @Test
    void withoutARateContentEarnsNothing() throws Exception {
        SessionInput input = input(true, 0);
        input.beginRequest(true);
        read(input, 1_000_000);
        assertThat(pieces.deadlines).hasSize(1);
    }
}
