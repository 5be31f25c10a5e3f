package org.postrider.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    @Test
    void bitesWhenTheLoopStopsTurning() throws InterruptedException {
        CountDownLatch bitten = new CountDownLatch(1);
        Watchdog watchdog = new Watchdog(Duration.ofMillis(300), bitten::countDown);
        watchdog.start();
        long end = System.nanoTime() + Duration.ofMillis(900).toNanos();
        while (System.nanoTime() - end < 0) {
            watchdog.turned();
            Thread.onSpinWait();
        }
        assertThat(bitten.getCount()).isEqualTo(1);
        assertThat(bitten.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
