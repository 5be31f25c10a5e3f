package org.postrider.common.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.QueueId;

class AddressProbeTest {
    private static final Instant NOW = Instant.parse("2026-11-22T19:06:20.970538Z");

    @Test
    void isReadAsItWasWritten() throws ProtocolException {
        AddressProbe probe = new AddressProbe("ECF2A0ABCD0001", NOW, 321, DeliveryRequest.SMTPUTF8,
                "double-bounce@example.com", new Recipient(-1, "a@b.example", "list@c.example", "rfc822;a@d", 0));
        assertThat(AddressProbe.fromAttributes(probe.toAttributes())).isEqualTo(probe);
        assertThat(AddressProbe.isTaken(AddressProbe.answer(true))).isTrue();
        assertThat(AddressProbe.isTaken(AddressProbe.answer(false))).isFalse();
        assertThat(AddressProbe.isTaken(new Attributes())).isFalse();
    }

    @Test
    void needsARecipient() {
        assertThatThrownBy(() -> AddressProbe.fromAttributes(new Attributes().put("queue_id", "A")))
                .isInstanceOf(ProtocolException.class).hasMessageContaining("recipient");
    }

    @Test
    void itsNameIsNoFilesName() {
        QueueId name = QueueId.ofProbe(NOW, 0x1abcd, 0x10007);
        assertThat(name.text()).isEqualTo("ECF2A0ABCD0007");
        assertThat(name).isNotEqualTo(QueueId.of(NOW, name.inode(), false));
    }
}
