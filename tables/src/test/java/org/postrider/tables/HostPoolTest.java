package org.postrider.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which server is asked, when one is left alone, and what becomes of connections. */
class HostPoolTest {
    private static final HostPool.Times TIMES = new HostPool.Times(Duration.ofSeconds(60), Duration.ofSeconds(30));

    private final List<String> events = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final Set<String> unreachable = new HashSet<>();
    private final Set<String> dead = new HashSet<>();
    private Instant now = Instant.EPOCH;

    private final class Link implements AutoCloseable {
        private final String host;

        Link(String host) {
            this.host = host;
        }

        @Override
        public void close() {
            events.add("close " + host);
        }
    }

    private final class FakeDriver implements HostPool.Driver<Link> {
        @Override
        public Link connect(HostPool.Host host) throws IOException {
            events.add("connect " + host.name());
            if (unreachable.contains(host.name())) {
                throw new IOException("refused");
            }
            dead.remove(host.name());
            return new Link(host.name());
        }

        @Override
        public boolean isBroken(Link connection, Exception failure) {
            return "broken".equals(failure.getMessage());
        }

        @Override
        public String connectComplaint(HostPool.Host host, String reason) {
            return "connect to " + host.name() + ": " + reason;
        }

        @Override
        public String queryComplaint(HostPool.Host host, String reason) {
            return "query to " + host.name() + ": " + reason;
        }
    }

    private HostPool<Link> pool(String... names) {
        List<HostPool.Host> hosts = new ArrayList<>();
        for (String name : names) {
            hosts.add(new HostPool.Host(name, name.startsWith("unix")));
        }
        return new HostPool<>(hosts, new FakeDriver(), TIMES, () -> now, Optional.empty(),
                TestTables.keeping(complaints));
    }

    private String ask(HostPool<Link> pool) throws DatabaseException {
        return pool.ask(link -> {
            if (dead.contains(link.host)) {
                throw new IOException("broken");
            }
            return link.host;
        });
    }

    @Test
    void aConnectionIsKept() throws DatabaseException {
        HostPool<Link> pool = pool("a");
        assertThat(List.of(ask(pool), ask(pool))).containsOnly("a");
        assertThat(events).containsExactly("connect a");
    }

    @Test
    void localServersComeFirst() throws DatabaseException {
        assertThat(ask(pool("a", "unix:b"))).isEqualTo("unix:b");
    }

    @Test
    void theNextServerAnswersAndTheFirstIsLeftAloneForAWhile() throws DatabaseException {
        unreachable.add("a");
        HostPool<Link> pool = pool("a", "b");
        assertThat(List.of(ask(pool), ask(pool))).containsOnly("b");
        assertThat(events).containsExactly("connect a", "connect b");
        assertThat(complaints).containsExactly("connect to a: refused");
    }

    @Test
    void whenNobodyAnswersEveryServerIsTriedOnceInAWhile() throws DatabaseException {
        unreachable.add("a");
        HostPool<Link> pool = pool("a");
        assertThatThrownBy(() -> ask(pool)).hasMessage("query error: refused");
        assertThatThrownBy(() -> ask(pool)).hasMessage("query error: refused");
        assertThat(events).containsExactly("connect a");
        unreachable.clear();
        now = now.plusSeconds(30);
        assertThat(ask(pool)).isEqualTo("a");
    }

    @Test
    void aConnectionThatDiedIsReplacedAtOnce() throws DatabaseException {
        HostPool<Link> pool = pool("a");
        ask(pool);
        dead.add("a");
        assertThat(ask(pool)).isEqualTo("a");
        assertThat(events).containsExactly("connect a", "close a", "connect a");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aServerThatBreaksOffEveryTimeIsLeftAlone() {
        HostPool<Link> pool = pool("a");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> pool.ask(_ -> {
                throw new IOException("broken");
            })).hasMessage("query error: broken");
        }
        assertThat(events).containsExactly("connect a", "close a");
    }

    @Test
    void aQuestionThatFailsIsPutToTheOthersAndTheConnectionLives() {
        HostPool<Link> pool = pool("a", "b");
        assertThatThrownBy(() -> pool.ask(link -> {
            throw new IOException("no table at " + link.host);
        })).hasMessage("query error: no table at b");
        assertThat(complaints).containsExactly("query to a: no table at a", "query to b: no table at b");
        assertThat(pool.kept()).isEqualTo(2);
    }

    @Test
    void idleConnectionsAreClosed() throws DatabaseException {
        HostPool<Link> pool = pool("a");
        ask(pool);
        pool.sweep();
        assertThat(pool.kept()).isEqualTo(1);
        now = now.plusSeconds(60);
        pool.sweep();
        assertThat(pool.kept()).isZero();
        assertThat(events).containsExactly("connect a", "close a");
    }
}
