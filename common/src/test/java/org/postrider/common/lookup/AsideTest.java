package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
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
            } catch (IOException e) {
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
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(FileNotFoundException.class).hasMessage("gone");
        assertThatThrownBy(() -> aside.call(() -> {
            throw new IllegalStateException("bug");
        })).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatAnotherThreadFailsInFailsHere() throws IOException {
        assertThat(Aside.await(CompletableFuture.completedFuture("done"))).isEqualTo("done");
        for (Throwable failure : List.of(new FileNotFoundException("gone"), new IllegalStateException("bug"),
                new StackOverflowError("deep"))) {
            assertThatThrownBy(() -> Aside.await(CompletableFuture.failedFuture(failure))).isSameAs(failure);
        }
        Exception other = new Exception("odd");
        assertThatThrownBy(() -> Aside.await(CompletableFuture.failedFuture(other))).isInstanceOf(IOException.class)
                .hasCause(other);
    }

    @Test
    void whoIsInterruptedWaitsNoLonger() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Aside.await(new CompletableFuture<>())).isInstanceOf(IOException.class)
                .hasMessage("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
