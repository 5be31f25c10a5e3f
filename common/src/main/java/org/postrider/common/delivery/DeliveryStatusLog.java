package org.postrider.common.delivery;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.mail.Recipient;

/**
 * The line that operators and log readers know best (formats.md 2.1):
 * {@code ID: to=<r>, orig_to=<o>, relay=R, conn_use=N, delay=T, delays=a/b/c/d, dsn=x.y.z, status=word (text)}.
 */
final class DeliveryStatusLog {
    private final DelayFormat delays;
    private final AddressForm addresses;

    DeliveryStatusLog(DelayFormat delays, AddressForm addresses) {
        this.delays = delays;
        this.addresses = addresses;
    }

    /** @param now microseconds since 1970 when the attempt ended */
    String line(DeliveryRequest request, Recipient recipient, String word, Diagnosis diagnosis, ConnectionUse use,
            long now) {
        StringBuilder line = new StringBuilder(240);
        line.append(request.queueId()).append(": to=<").append(addresses.show(recipient.address())).append('>');
        String original = recipient.original();
        if (!original.isEmpty() && !original.equalsIgnoreCase(recipient.address())) {
            line.append(", orig_to=<").append(addresses.show(original)).append('>');
        }
        line.append(", relay=").append(diagnosis.relay());
        if (use.reuseCount() > 0) {
            line.append(", conn_use=").append(use.reuseCount() + 1);
        }
        appendDelays(line, request.times(), use, now);
        if (!use.tls().isEmpty()) {
            line.append(", tls=").append(use.tls());
        }
        return line.append(", dsn=").append(diagnosis.status().code()).append(", status=").append(word).append(" (")
                .append(diagnosis.status().text()).append(')').toString();
    }

    private void appendDelays(StringBuilder line, DeliveryRequest.Times times, ConnectionUse use, long now) {
        long connected = use.connected() > 0 ? use.connected() : times.handedOver();
        line.append(", delay=").append(seconds(now - times.arrived()));
        line.append(", delays=").append(seconds(times.activated() - times.arrived()));
        line.append('/').append(seconds(times.handedOver() - times.activated()));
        line.append('/').append(seconds(connected - times.handedOver()));
        line.append('/').append(seconds(now - connected));
    }

    private String seconds(long micros) {
        return delays.format(Duration.of(Math.max(0, micros), ChronoUnit.MICROS));
    }
}
