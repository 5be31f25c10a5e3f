package org.postrider.commands;

import java.io.IOException;
import java.io.InputStream;
import org.postrider.common.ipc.AttributeReader;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProtocolException;

/** What showq answers, ours or Postfix's: hands it on message by message, recipient by recipient. One thread, once. */
final class ShowqAnswer {
    private static final String PROTOCOL = "mail_queue_list_protocol";

    private final InputStream in;
    private final QueueReport report;
    private Attributes part = new Attributes();
    private boolean inMessage;

    ShowqAnswer(InputStream in, QueueReport report) {
        this.in = in;
        this.report = report;
    }

    /** Answers why nothing may be seen, empty when all was handed on. */
    String read() throws IOException {
        if (!Attributes.read(in).get("protocol", "").equals(PROTOCOL)) {
            throw new ProtocolException("unexpected greeting of the showq service");
        }
        AttributeReader list = new AttributeReader(in);
        while (readMessage(list)) {
            if (part.find("denied").isPresent()) {
                return part.get("denied");
            }
            handOn();
        }
        report.end();
        return "";
    }

    /** Leaves the last part of the list to be handed on; false for an empty list, the last one. */
    private boolean readMessage(AttributeReader list) throws IOException {
        part = new Attributes();
        inMessage = true;
        boolean any = false;
        while (list.next()) {
            any = true;
            if (beginsRecipient(list.name())) {
                handOn();
                part = new Attributes();
                inMessage = false;
            }
            part.put(list.name(), list.value());
        }
        return any;
    }

    /** The address before aliases stands first, where there is one. */
    private boolean beginsRecipient(String name) {
        return name.equals("original_recipient")
                || (name.equals("recipient") && (inMessage || part.find("recipient").isPresent()));
    }

    private void handOn() throws ProtocolException {
        if (inMessage) {
            report.message(ListedMessage.of(part));
        } else {
            report.recipient(ListedRecipient.of(part));
        }
    }
}
