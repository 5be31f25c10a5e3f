package org.postrider.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.smtp.DotStuffer;

/**
 * The service's {@code flags=} in master.cf, as of smtp(8).
 *
 * @param deliveredTo D: a Delivered-To header
 * @param originalTo O: an X-Original-To header
 * @param returnPath R: a Return-Path header
 * @param isFinal X: a success report says delivered, not relayed
 */
record ExtraHeaders(boolean deliveredTo, boolean originalTo, boolean returnPath, boolean isFinal) {
    static final ExtraHeaders NONE = new ExtraHeaders(false, false, false, false);

    /** @param flags the letters */
    static ExtraHeaders of(String flags) {
        return new ExtraHeaders(flags.indexOf('D') >= 0, flags.indexOf('O') >= 0, flags.indexOf('R') >= 0,
                flags.indexOf('X') >= 0);
    }

    void write(Delivery delivery, DotStuffer out) throws IOException {
        DeliveryRequest request = delivery.request();
        Recipient recipient = request.recipients().getFirst();
        if (returnPath) {
            line(out, "Return-Path: <" + Address.toExternal(request.sender()) + ">");
        }
        if (originalTo && !recipient.original().isEmpty()) {
            line(out, "X-Original-To: " + Address.toExternal(recipient.original()));
        }
        if (deliveredTo) {
            line(out, "Delivered-To: " + Address.toExternal(recipient.address()));
        }
    }

    private static void line(DotStuffer out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        out.line(bytes, 0, bytes.length);
    }
}
