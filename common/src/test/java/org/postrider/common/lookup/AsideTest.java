package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postrider.common.log.LogContext;

class AsideTest {
    private final Aside aside = new Aside();

    private static String where() {
        Thread thread = Thread.currentThread();
        String number = LogContext.CURRENT.isBound() ? " " + LogContext.CURRENT.get().number() : "";
        return (thread.isVirtual() ? "virtual" : "platform") + number;
    }

    @Test
    void aVirtualThreadWaitsForAPlatformThreadThatLogsForIt() throws Exception {
        CompletableFuture<String> place = new CompletableFuture<>();
        Thread.startVirtualThread(() -> new LogContext("postfix/smtpd", 7).run(() -> {
            try {
                place.complete(aside.call(AsideTest::where));
            } catch (java.io.IOException e) {
                place.completeExceptionally(e);
            }
        }));
        assertThat(place.get(60, TimeUnit.SECONDS)).isEqualTo("platform 7");
    }

    @Test
    void aPlatformThreadMakesTheCallItself() throws Exception {
        Thread own = Thread.currentThread();
        assertThat(aside.call(() -> Thread.currentThread() == own)).isTrue();
    }

    @Test
    void failuresComeBackAsTheyWere() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                aside.call(() -> {
                    throw new FileNotFoundException("gone");
                });
            } catch (java.io.IOException e) {
                failure.complete(e);
            }
        });
        assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(FileNotFoundException.class).hasMessage("gone");
        assertThatThrownBy(() -> aside.call(() -> {
            throw new IllegalStateException("bug");
        })).isInstanceOf(IllegalStateException.class);
    }
}
