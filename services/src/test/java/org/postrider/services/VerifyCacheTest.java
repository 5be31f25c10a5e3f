package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.VerifyRequest.Answer;
import org.postrider.common.ipc.VerifyRequest.Status;

class VerifyCacheTest {
    private static final VerifyCache.Times TIMES = times(true);
    private static final Answer IN_PROGRESS = new Answer(Status.PENDING, "Address verification in progress");

    @TempDir
    private Path folder;

    private Instant now = Instant.ofEpochSecond(1_795_286_914);

    private static VerifyCache.Times times(boolean keepsNegative) {
        return new VerifyCache.Times(Duration.ofDays(31), Duration.ofDays(7), Duration.ofDays(3), Duration.ofHours(3),
                keepsNegative, Duration.ofHours(12));
    }

    private VerifyCache cache(VerifyCache.Times times) {
        return new VerifyCache(times, () -> now, "btree:x", new CacheFile(CacheFile.directory(folder), "x.cache"));
    }

    private static VerifyCache.Found known(Status status, String reason, boolean wantsProbe) {
        return new VerifyCache.Found(new Answer(status, reason), wantsProbe);
    }

    @Test
    void whatNobodyKnowsIsProbedOnce() {
        VerifyCache cache = cache(TIMES);
        assertThat(cache.find("a@b")).isEqualTo(new VerifyCache.Found(IN_PROGRESS, true));
        assertThat(cache.find("a@b")).isEqualTo(new VerifyCache.Found(IN_PROGRESS, false));
        now = now.plus(VerifyCache.PROBE_LIFETIME);
        assertThat(cache.find("a@b").wantsProbe()).isTrue();
        cache.probeFailed("a@b");
        assertThat(cache.find("a@b").wantsProbe()).isTrue();
        cache.update("a@b", Status.DELIVERABLE, "250\nok");
        assertThat(cache.find("a@b")).isEqualTo(known(Status.DELIVERABLE, "250?ok", false));
    }

    @Test
    void aGoodAddressIsRefreshedAndStaysGoodUntilItExpires() {
        VerifyCache cache = cache(TIMES);
        cache.update("a@b", Status.DELIVERABLE, "250 ok");
        now = now.plus(Duration.ofDays(7));
        assertThat(cache.find("a@b")).isEqualTo(known(Status.DELIVERABLE, "250 ok", true));
        cache.update("a@b", Status.UNDELIVERABLE, "550 no");
        assertThat(cache.find("a@b")).isEqualTo(known(Status.DELIVERABLE, "250 ok", false));
        now = now.plus(VerifyCache.PROBE_LIFETIME);
        assertThat(cache.find("a@b")).isEqualTo(known(Status.DELIVERABLE, "250 ok", true));
        now = now.plus(Duration.ofDays(24));
        assertThat(cache.find("a@b")).isEqualTo(new VerifyCache.Found(IN_PROGRESS, true));
        cache.update("a@b", Status.UNDELIVERABLE, "550 no");
        assertThat(cache.find("a@b")).isEqualTo(known(Status.UNDELIVERABLE, "550 no", false));
    }

    @Test
    void failuresHaveTimesOfTheirOwn() {
        VerifyCache cache = cache(TIMES);
        cache.update("a@b", Status.DEFERRED, "450 later");
        now = now.plus(Duration.ofHours(3));
        assertThat(cache.find("a@b")).isEqualTo(known(Status.DEFERRED, "450 later", true));
        cache.update("a@b", Status.UNDELIVERABLE, "550 no");
        now = now.plus(Duration.ofDays(3));
        assertThat(cache.find("a@b")).isEqualTo(new VerifyCache.Found(IN_PROGRESS, true));
    }

    @Test
    void failuresThatAreNotKeptAreThereForTheOneWhoAsked() {
        VerifyCache cache = cache(times(false));
        cache.update("a@b", Status.UNDELIVERABLE, "550 no");
        assertThat(cache.find("a@b").answer().status()).isEqualTo(Status.UNDELIVERABLE);
        now = now.plus(VerifyCache.FLEETING);
        assertThat(cache.find("a@b").answer()).isEqualTo(IN_PROGRESS);
        cache.update("a@b", Status.UNDELIVERABLE, "550 no");
        assertThat(cache(times(false)).find("a@b").answer()).isEqualTo(IN_PROGRESS);
    }

    @Test
    void whatIsKnownOutlivesTheProcess() throws IOException {
        VerifyCache cache = cache(TIMES);
        cache.update("bad@b", Status.UNDELIVERABLE, "550 no: really");
        cache.update("old@b", Status.DEFERRED, "450 later");
        cache.update("good@b", Status.DELIVERABLE, "250 ok");
        VerifyCache.Found _ = cache.find("pending@b");
        assertThat(folder.resolve("x.cache")).content().contains("bad@b\t2:0:1795286914:550 no: really\n");
        Files.writeString(folder.resolve("x.cache"), Files.readString(folder.resolve("x.cache")) + "rubbish\ncut\t0:1");

        VerifyCache next = cache(TIMES);
        assertThat(next.find("bad@b")).isEqualTo(known(Status.UNDELIVERABLE, "550 no: really", false));
        assertThat(next.find("good@b")).isEqualTo(known(Status.DELIVERABLE, "250 ok", false));
        assertThat(next.find("pending@b").wantsProbe()).isTrue();

        now = now.plus(Duration.ofDays(3));
        assertThat(cache(TIMES).find("good@b").answer().status()).isEqualTo(Status.DELIVERABLE);
        assertThat(folder.resolve("x.cache")).content().contains("good@b\t").doesNotContain("bad@b")
                .contains("_LAST_CACHE_CLEANUP_COMPLETED_\t" + now.getEpochSecond());
    }

    @Test
    void neitherMemoryNorFileGrowsWithoutEnd() throws IOException {
        VerifyCache cache = cache(TIMES);
        for (int i = 0; i < VerifyCache.MOST_ENTRIES + 10; i++) {
            cache.update(i + "@b", Status.DEFERRED, "450 later");
        }
        assertThat(cache.find("0@b").answer()).isEqualTo(IN_PROGRESS);
        assertThat(cache.find("20@b").answer().status()).isEqualTo(Status.DEFERRED);
        VerifyCache small = new VerifyCache(TIMES, () -> now, "",
                new CacheFile(CacheFile.directory(folder), "small.cache"));
        for (int i = 0; i < 5000; i++) {
            small.update("a@b", Status.DEFERRED, "450 later " + i);
        }
        assertThat(Files.size(folder.resolve("small.cache"))).isLessThan(60_000);
    }

    @Test
    void aFileIsFoundAgainWhenItsDirectoryHasAnotherName() throws IOException {
        Path before = Files.createDirectory(folder.resolve("before"));
        CacheFile file = new CacheFile(CacheFile.directory(before), "x.cache");
        Files.move(before, folder.resolve("after"));
        VerifyCache cache = new VerifyCache(TIMES, () -> now, "", file);
        cache.update("a@b", Status.DELIVERABLE, "250 ok");
        assertThat(folder.resolve("after/x.cache")).content().contains("a@b\t0:0:");
    }

    @Test
    void aDiskThatFailsCostsOnlyMemoryOfLater() {
        VerifyCache cache = new VerifyCache(TIMES, () -> now, "",
                new CacheFile(CacheFile.directory(folder.resolve("missing")), "x.cache"));
        cache.update("a@b", Status.DELIVERABLE, "250 ok");
        assertThat(cache.find("a@b").answer().status()).isEqualTo(Status.DELIVERABLE);
    }
}
