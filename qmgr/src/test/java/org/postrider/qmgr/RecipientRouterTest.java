package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.qmgr.Samples.START;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.Envelope;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.QueueId;

class RecipientRouterTest {
    private static final Recipient ONE = new Recipient(10, "one@a.example", "", "", 0);
    private static final Recipient TWO = new Recipient(20, "two@b.example", "", "", 0);

    /** Whoever is asked about it goes away. */
    private static final String POISON = "poison@c.example";

    /** How many requests came in one go. */
    private final List<Integer> asked = new CopyOnWriteArrayList<>();
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private volatile Instant now = START;
    private final AtomicInteger failures = new AtomicInteger();
    /** Whoever asks waits until so many ask at the same time. */
    private CountDownLatch together = new CountDownLatch(0);
    /** Without one, the address that was asked for. */
    private @Nullable ResolveAnswer answer = new ResolveAnswer("smtp", "next.example", "changed@a.example",
            ResolveAnswer.CLASS_DEFAULT);

    private final Services services = new Services() {
        @Override
        public ResolveAnswer resolve(ResolveRequest request) throws IOException {
            if (request.address().equals(POISON)) {
                throw new IOException("connection closed by the other side");
            }
            if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw new IOException("Connection refused");
            }
            together.countDown();
            try {
                boolean _ = together.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return answer != null
                    ? answer
                    : new ResolveAnswer("smtp", "a.example", request.address(),
                            ResolveAnswer.CLASS_DEFAULT);
        }

        @Override
        public List<ResolveAnswer> resolve(List<ResolveRequest> requests) throws IOException {
            if (requests.stream().anyMatch(request -> request.address().equals(POISON))) {
                throw new IOException("connection closed by the other side");
            }
            asked.add(requests.size());
            List<ResolveAnswer> answers = new ArrayList<>();
            for (ResolveRequest request : requests) {
                answers.add(resolve(request));
            }
            return answers;
        }

        @Override
        public DeliveryReport deliver(DeliveryRequest request) {
            throw new AssertionError();
        }

        @Override
        public boolean report(String service, BounceRequest request) {
            throw new AssertionError();
        }
    };

    @Test
    void manyAreAskedInOneGo() {
        answer = null;
        RecipientRouter.Routes routes = router().route(head("", "", false), recipients(49), true);
        assertThat(routes.routed()).hasSize(49);
        assertThat(asked).containsExactly(49);
    }

    @Test
    void anAddressThatNobodyCanAnswerSpoilsNoOther() {
        answer = null;
        List<RoutedRecipient> routed = route(head("", "", false), true, ONE, TWO,
                new Recipient(30, POISON, "", "", 0)).routed();
        assertThat(routed).extracting(RoutedRecipient::transport).containsExactly("smtp", "smtp", "retry");
        assertThat(pauses).hasSize(10);
    }

    private static MessageHead head(String filter, String redirect, boolean flushing) {
        return head(filter, redirect, false, flushing);
    }

    private static MessageHead head(String filter, String redirect, boolean unthrottle, boolean flushing) {
        return new MessageHead(new QueueId("ABCDEF"), MessageSize.UNKNOWN, "s@example.com", START, START, START, 0, "",
                "", 0, "", filter, redirect, new Envelope.Warning(0, -1), false, unthrottle, flushing,
                ClientAttributes.of(new Envelope("", START, START, "", "", "", "", new Envelope.Warning(0, -1),
                        Map.of())));
    }

    private RecipientRouter.Routes route(MessageHead head, boolean first, Recipient... recipients) {
        return router().route(head, List.of(recipients), first);
    }

    private RecipientRouter router() {
        return new RecipientRouter(new PatientResolver(services, () -> now, pauses::add),
                Samples.settings(TransportSettings.DEFAULT),
                (name, work) -> Thread.ofVirtual().name(name).unstarted(work));
    }

    private RoutedRecipient only(MessageHead head, Recipient recipient) {
        return route(head, true, recipient).routed().getFirst();
    }

    @Test
    void theResolversAnswerCounts() {
        RoutedRecipient routed = only(head("", "", false), ONE);
        assertThat(routed.transport()).isEqualTo("smtp");
        assertThat(routed.nexthop()).isEqualTo("next.example");
        assertThat(routed.recipient()).isEqualTo(new Recipient(10, "changed@a.example", "", "", 0));
    }

    @Test
    void aFilterOverridesTheTransportButNotTheAddress() {
        assertThat(only(head("scan:[127.0.0.1]:10025", "", false), ONE))
                .isEqualTo(new RoutedRecipient(ONE, "scan", "[127.0.0.1]:10025"));
        assertThat(only(head("scan:", "", false), ONE)).isEqualTo(new RoutedRecipient(ONE, "scan", "a.example"));
        assertThat(only(head("scan", "", false), ONE)).isEqualTo(new RoutedRecipient(ONE, "scan", "a.example"));
    }

    @Test
    void aRedirectReplacesAllRecipientsByOne() {
        answer = new ResolveAnswer("smtp", "next.example", "else@c.example", ResolveAnswer.CLASS_DEFAULT);
        RecipientRouter.Routes first = route(head("", "else@c.example", false), true, ONE, TWO);
        assertThat(first.routed()).extracting(r -> r.recipient().address()).containsExactly("else@c.example");
        assertThat(first.routed()).extracting(r -> r.recipient().offset()).containsExactly(10L);
        assertThat(first.settled()).extracting(RecipientRouter.Settled::recipient).containsExactly(TWO);
        RecipientRouter.Routes later = route(head("", "else@c.example", false), false, ONE, TWO);
        assertThat(later.routed()).isEmpty();
        assertThat(later.settled()).hasSize(2);
    }

    @Test
    void deferredTransportsWaitUnlessSomebodyAsks() {
        answer = new ResolveAnswer("later", "next.example", "one@a.example", ResolveAnswer.CLASS_DEFAULT);
        assertThat(only(head("", "", false), ONE).transport()).isEqualTo("retry");
        assertThat(only(head("", "", true), ONE).transport()).isEqualTo("later");
        assertThat(only(head("", "", true, false), ONE).transport()).isEqualTo("later");
        assertThat(only(head("later:x", "", false), ONE).transport()).isEqualTo("retry");
    }

    @Test
    void badAndUnresolvableAddresses() {
        answer = new ResolveAnswer("", "", "one@a.example", ResolveAnswer.FAIL);
        assertThat(only(head("", "", false), ONE).nexthop()).isEqualTo("4.3.0 address resolver failure");
        answer = new ResolveAnswer("", "", "one@a.example", ResolveAnswer.ERROR);
        assertThat(only(head("", "", false), ONE))
                .isEqualTo(new RoutedRecipient(ONE, "error", "5.1.3 bad address syntax"));
    }

    @Test
    void waitsWhileTrivialRewriteIsAway() {
        failures.set(3);
        assertThat(only(head("", "", false), ONE).transport()).isEqualTo("smtp");
        assertThat(pauses).hasSize(3);
        failures.set(100);
        assertThat(only(head("", "", false), ONE).nexthop()).isEqualTo("4.3.0 address resolver failure");
    }

    @Test
    void aDeadResolverCostsOneWaitForAll() {
        failures.set(Integer.MAX_VALUE);
        RecipientRouter router = router();
        List<Recipient> many = recipients(2000);
        assertThat(router.route(head("", "", false), many, true).routed()).extracting(RoutedRecipient::transport)
                .hasSize(2000).containsOnly("retry");
        assertThat(pauses).hasSize(10);
        int before = failures.get();
        RecipientRouter.Routes _ = router.route(head("", "", false), many, true);
        assertThat(pauses).hasSize(10);
        assertThat(before - failures.get()).as("asked within a second").isLessThanOrEqualTo(1);
        now = now.plusSeconds(2);
        failures.set(1);
        assertThat(router.route(head("", "", false), List.of(ONE), true).routed().getFirst().transport())
                .isEqualTo("retry");
        now = now.plusSeconds(2);
        assertThat(router.route(head("", "", false), List.of(ONE), true).routed().getFirst().transport())
                .isEqualTo("smtp");
        assertThat(router.route(head("", "", false), many, true).routed()).extracting(RoutedRecipient::transport)
                .hasSize(2000).containsOnly("smtp");
    }

    @Test
    void manyAreResolvedSideBySideInTheirOrder() throws InterruptedException {
        together = new CountDownLatch(8);
        answer = null;
        List<RoutedRecipient> routed = router().route(head("", "", false), recipients(1000), true).routed();
        assertThat(together.await(0, TimeUnit.SECONDS)).isTrue();
        assertThat(routed).extracting(RoutedRecipient::recipient).containsExactlyElementsOf(recipients(1000));
    }

    private static List<Recipient> recipients(int count) {
        List<Recipient> many = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            many.add(new Recipient(i, "u" + i + "@a.example", "", "", 0));
        }
        return many;
    }
}
