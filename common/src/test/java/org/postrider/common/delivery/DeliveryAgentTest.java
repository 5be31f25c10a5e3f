package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.Recipient;
import org.postrider.common.testing.LogLines;
import org.postrider.common.testing.TextMessage;
import org.slf4j.LoggerFactory;

class DeliveryAgentTest {
    private final TextMessage message = new TextMessage("Subject: x\n\nbody\n");
    private final List<String> kept = new ArrayList<>();
    private boolean servicesWork = true;
    private boolean softBounce;
    private AddressForm addresses = AddressForm.EXTERNAL;
    private StatusFilter filter = StatusFilter.NONE;

    private DeliveryReport serve(int flags, Door door, Recipient... recipients) {
        FailureServices services = (log, request) -> {
            if (!servicesWork) {
                throw new IOException("Connection refused");
            }
            BounceRequest.Entry entry = request.entry().orElseThrow();
            kept.add(log + " " + entry.recipient().address() + " " + entry.status() + " " + entry.action());
            return true;
        };
        var parts = new AgentParts(_ -> message, services, InstantSource.fixed(Instant.ofEpochSecond(1000)),
                DelayFormats.DEFAULT, addresses, softBounce, filter, LoggerFactory.getLogger("test"));
        var request = new DeliveryRequest(flags, "active", "ABC123", 0, 10, "local", "example.org", "", 0,
                "sender@example.com", "", 0, new DeliveryRequest.Times(0, 0, 0, 0), Map.of(), List.of(recipients));
        return new DeliveryAgent(parts, door).serve(request);
    }

    private static Recipient recipient(int offset, int notify) {
        return new Recipient(offset, "u" + offset + "@example.org", "", "", notify);
    }

    private static Door always(RecipientOutcome outcome) {
        return delivery -> delivery.recipients().forEach(recipient -> delivery.settle(recipient, outcome));
    }

    @Test
    void deliveredRecipientsAreMarkedDone() {
        var report = serve(DeliveryRequest.MARK_DONE, always(RecipientOutcome.delivered("ok", "local")),
                recipient(100, 0), recipient(200, Recipient.NOTIFY_SUCCESS));
        assertThat(report).isEqualTo(DeliveryReport.ALL_SETTLED);
        assertThat(message.done()).containsExactly(100L, 200L);
        assertThat(kept).containsExactly("TRACE u200@example.org 2.0.0 delivered");
    }

    @Test
    void addressesAreLoggedInTheFormThatIsWanted() {
        Recipient joe = new Recipient(100, "joe user@example.org", "all users@example.org", "", 0);
        for (AddressForm form : AddressForm.values()) {
            addresses = form;
            try (LogLines log = new LogLines("test")) {
                serve(0, always(RecipientOutcome.delivered("ok", "local")), joe);
                assertThat(log.lines()).singleElement().asString().startsWith(form == AddressForm.EXTERNAL
                        ? "ABC123: to=<\"joe user\"@example.org>, orig_to=<\"all users\"@example.org>, relay=local, "
                        : "ABC123: to=<joe user@example.org>, orig_to=<all users@example.org>, relay=local, ");
            }
        }
    }

    /** confirm_delay_cleared, but for those who said that they do not want to hear of delays. */
    @Test
    void whoHeardOfADelayHearsOfItsEnd() {
        serve(DeliveryRequest.MARK_DONE | DeliveryRequest.RECORD_DELAYED,
                always(RecipientOutcome.delivered("ok", "local")), recipient(100, 0),
                recipient(200, Recipient.NOTIFY_DELAY), recipient(300, Recipient.NOTIFY_FAILURE),
                recipient(400, Recipient.NOTIFY_NEVER));
        assertThat(kept).containsExactly("TRACE u100@example.org 2.0.0 delivered",
                "TRACE u200@example.org 2.0.0 delivered");
    }

    @Test
    void deferredRecipientsRemain() {
        var report = serve(DeliveryRequest.MARK_DONE,
                always(new RecipientOutcome.Deferred(Diagnosis.of("4.2.0", "later", "local"))), recipient(100, 0));
        assertThat(report).isEqualTo(DeliveryReport.SOME_REMAIN);
        assertThat(message.done()).isEmpty();
        assertThat(kept).containsExactly("DEFER u100@example.org 4.2.0 delayed");
    }

    @Test
    void bouncedRecipientsAreMarkedOnlyWhenBounceKeptThem() {
        Door door = always(new RecipientOutcome.Bounced(Diagnosis.of("5.1.1", "no", "local")));
        assertThat(serve(DeliveryRequest.MARK_DONE, door, recipient(100, 0))).isEqualTo(DeliveryReport.ALL_SETTLED);
        assertThat(kept).containsExactly("BOUNCE u100@example.org 5.1.1 failed");
        servicesWork = false;
        assertThat(serve(DeliveryRequest.MARK_DONE, door, recipient(200, 0))).isEqualTo(DeliveryReport.SOME_REMAIN);
        assertThat(message.done()).containsExactly(100L);
    }

    @Test
    void aFilterChangesCodesAndNeverTheKindOfOutcome() {
        filter = new StatusFilter(new Tables(Path.of("/"), InstantSource.system()).list(
                "regexp:{{/^5.1.1 no$/ 4.1.1 perhaps later}, {/^2/ 5.0.0 never}}"));
        serve(DeliveryRequest.MARK_DONE, always(new RecipientOutcome.Bounced(Diagnosis.of("5.1.1", "no", "local"))),
                recipient(100, 0));
        serve(DeliveryRequest.MARK_DONE, always(RecipientOutcome.delivered("ok", "local")),
                recipient(200, Recipient.NOTIFY_SUCCESS));
        assertThat(kept).containsExactly("DEFER u100@example.org 4.1.1 delayed",
                "TRACE u200@example.org 2.0.0 delivered");
    }

    @Test
    void softBounceDefers() {
        softBounce = true;
        serve(DeliveryRequest.MARK_DONE, always(new RecipientOutcome.Bounced(Diagnosis.of("5.1.1", "no", "local"))),
                recipient(100, 0));
        assertThat(kept).containsExactly("DEFER u100@example.org 4.1.1 delayed");
    }

    @Test
    void whatTheDoorForgetsOrDropsRemains() {
        assertThat(serve(DeliveryRequest.MARK_DONE, _ -> {
        }, recipient(100, 0)).someRemain()).isTrue();
        assertThat(serve(DeliveryRequest.MARK_DONE, _ -> {
            throw new IllegalStateException("bug");
        }, recipient(100, 0)).someRemain()).isTrue();
        assertThat(message.done()).isEmpty();
    }

    @Test
    void aProbeWithoutAFileFindsNoContentAndDeliversNothing() {
        serve(DeliveryRequest.PROBE | DeliveryRequest.NO_FILE | DeliveryRequest.MARK_DONE, delivery -> {
            try (MessageContent content = delivery.content()) {
                kept.add(delivery.isProbe() + " " + content.next());
            }
            delivery.settle(delivery.recipients().getFirst(), RecipientOutcome.delivered("would do", "local"));
        }, recipient(-1, 0), recipient(100, 0));
        assertThat(kept).containsExactly("true false", "VERIFY u-1@example.org 2.0.0 deliverable",
                "VERIFY u100@example.org 4.3.0 undeliverable");
        assertThat(message.done()).isEmpty();
        kept.clear();
        serve(DeliveryRequest.NO_FILE, always(RecipientOutcome.delivered("ok", "local")), recipient(-1, 0));
        assertThat(kept).containsExactly("VERIFY u-1@example.org 2.0.0 deliverable");
    }

    @Test
    void probesAreOnlyReported() {
        serve(DeliveryRequest.USER_VERIFY | DeliveryRequest.MARK_DONE,
                always(RecipientOutcome.delivered("delivers to mailbox", "local")), recipient(100, 0));
        assertThat(kept).containsExactly("TRACE u100@example.org 2.0.0 deliverable");
    }
}
