package org.postrider.common.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.common.mail.Recipient;

/** Every message survives the wire, and broken ones are refused. */
class MessagesTest {
    private static Attributes overTheWire(Attributes list) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        list.write(out);
        return Attributes.read(new ByteArrayInputStream(out.toByteArray()));
    }

    @Test
    void attributeListIsNulTerminatedPairs() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Attributes().put("a", "1").put("b", "").write(out);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("a\0001\000b\000\000\000");
    }

    @Test
    void bytesAbove127Survive() throws IOException {
        assertThat(overTheWire(new Attributes().put("x", "\u00e9\u00ff\u0080")).get("x"))
                .isEqualTo("\u00e9\u00ff\u0080");
    }

    @Test
    void truncatedListIsAnError() {
        byte[] bytes = "a\0001".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Attributes.read(new ByteArrayInputStream(bytes))).isInstanceOf(EOFException.class);
    }

    @Test
    void nulInAValueIsRefused() {
        assertThatThrownBy(() -> new Attributes().put("a", "x\0y").write(new ByteArrayOutputStream()))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void badNumberIsRefused() {
        assertThatThrownBy(() -> new Attributes().put("n", "12x").number("n", 0)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void resolve() throws IOException {
        ResolveRequest request = new ResolveRequest("", "a@b");
        assertThat(ResolveRequest.fromAttributes(overTheWire(request.toAttributes()))).isEqualTo(request);
        ResolveAnswer answer = new ResolveAnswer("smtp", "b", "a@b", ResolveAnswer.CLASS_DEFAULT);
        assertThat(ResolveAnswer.fromAttributes(overTheWire(answer.toAttributes()))).isEqualTo(answer);
    }

    @Test
    void rewrite() throws IOException {
        RewriteRequest request = new RewriteRequest(RewriteRequest.REMOTE, "x y");
        assertThat(RewriteRequest.fromAttributes(overTheWire(request.toAttributes()))).isEqualTo(request);
    }

    @Test
    void cleanupStatus() throws IOException {
        CleanupStatus status = new CleanupStatus(CleanupStatus.SIZE, "5.3.4 too big", "ABC");
        assertThat(CleanupStatus.fromAttributes(overTheWire(status.toAttributes()))).isEqualTo(status);
    }

    @Test
    void deliveryRequestAndReport() throws IOException {
        Recipient recipient = new Recipient(123, "a@b", "c@d", "rfc822;c@d", 4);
        DeliveryRequest request = new DeliveryRequest(3, "active", "ID", 97, 4096, "relay", "[h]:25", "8bit", 1, "s@t",
                "env", 2, new DeliveryRequest.Times(1, 2, 3, 4), Map.of("client_name", "x", "flags", "own"),
                List.of(recipient, new Recipient(-1, "e@f", "", "", 0)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        request.write(out);
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        assertThat(DeliveryRequest.read(in)).contains(request);
        assertThat(DeliveryRequest.read(in)).isEmpty();
        DeliveryReport report = new DeliveryReport(true, Optional.of(new DeliveryReport.SiteTrouble("4.4.1", "down")));
        assertThat(DeliveryReport.fromAttributes(overTheWire(report.toAttributes()))).isEqualTo(report);
        assertThat(DeliveryReport.fromAttributes(overTheWire(DeliveryReport.ALL_SETTLED.toAttributes())))
                .isEqualTo(DeliveryReport.ALL_SETTLED);
    }

    @Test
    void bounceRequest() throws IOException {
        BounceRequest.Message message = new BounceRequest.Message(1, "active", "ID", "7bit", 0, "s@t", "", 1, "+=");
        BounceRequest.Entry entry = new BounceRequest.Entry(new Recipient(5, "a@b", "", "", 0), "none", "5.1.1",
                "failed", "smtp", "550 no", "dns", "mx", "said no");
        for (Optional<BounceRequest.Entry> maybe : List.of(Optional.of(entry), Optional.<BounceRequest.Entry>empty())) {
            BounceRequest request = new BounceRequest(BounceRequest.Operation.APPEND, message, maybe);
            assertThat(BounceRequest.fromAttributes(overTheWire(request.toAttributes()))).isEqualTo(request);
        }
    }

    @Test
    void unknownOperationIsRefused() {
        Attributes list = new Attributes().put("operation", "SING").put("queue_name", "active").put("queue_id", "X");
        assertThatThrownBy(() -> BounceRequest.fromAttributes(list)).isInstanceOf(ProtocolException.class);
    }
}
