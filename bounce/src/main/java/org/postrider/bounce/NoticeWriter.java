package org.postrider.bounce;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.MailDate;
import org.postrider.common.mail.Recipient;
import org.postrider.common.notice.NoticeKind;
import org.postrider.common.notice.NoticeTemplate;
import org.postrider.common.queue.ContentReader;

/**
 * Writes one letter: the headers after Date, then multipart/report (RFC 3462) with an explanation, a delivery status part (RFC 3464,
 * RFC 6533) and the message or its header. The layout is Postfix's, which programs that read such letters know. One thread.
 */
final class NoticeWriter {
    private static final int RETURN_HEADERS = 2;

    private final BounceSettings settings;
    private final Notice notice;
    private final Original original;
    private final LineSink out;
    private final String boundary;
    private final boolean international;
    private final String encoding;

    NoticeWriter(BounceSettings settings, Notice notice, Original original, LineSink out) {
        this.settings = settings;
        this.notice = notice;
        this.original = original;
        this.out = out;
        this.boundary = notice.message().queueId() + '.' + notice.composed().getEpochSecond() + '/'
                + settings.hostName();
        this.international = has(DeliveryRequest.SMTPUTF8);
        // A message that did not say what it is may hold anything.
        this.encoding = notice.message().encoding().equals("7bit") && !international ? "7bit" : "8bit";
    }

    void write() throws IOException {
        headers();
        explanation();
        deliveryStatus();
        returnedMessage();
        out.line("--" + boundary + "--");
    }

    private NoticeTemplate template() {
        return settings.templates().of(notice.kind());
    }

    private void headers() throws IOException {
        NoticeTemplate template = template();
        out.line("From: " + template.from());
        out.line("Subject: " + (notice.postmasterCopy() ? template.postmasterSubject() : template.subject()));
        out.line("To: " + Address.toExternal(notice.to()));
        if (settings.threaded() && !original.messageId().isEmpty()) {
            out.line("References: " + original.messageId());
            out.line("In-Reply-To: " + original.messageId());
        }
        if (settings.tlsRequiredHeader() && has(DeliveryRequest.TLS_NOT_REQUIRED)) {
            out.line("TLS-Required: no");
        }
        out.line("Auto-Submitted: " + (notice.postmasterCopy() ? "auto-generated" : "auto-replied"));
        out.line("MIME-Version: 1.0");
        out.line("Content-Type: multipart/report; report-type=delivery-status;");
        out.line("\tboundary=\"" + boundary + '"');
        out.line("Content-Transfer-Encoding: " + encoding);
        out.line("");
        out.line("This is a MIME-encapsulated message.");
        out.line("");
    }

    private void explanation() throws IOException {
        NoticeTemplate template = template();
        out.line("--" + boundary);
        out.line("Content-Description: Notification");
        // The message's own words stand in the reasons.
        boolean mayHoldAnything = encoding.equals("8bit") && template.charset().equalsIgnoreCase("us-ascii");
        out.line("Content-Type: text/plain; charset=" + (mayHoldAnything ? "utf-8" : template.charset()));
        out.line("Content-Transfer-Encoding: " + encoding);
        out.line("");
        if (!notice.postmasterCopy()) {
            for (String line : template.body()) {
                out.line(line);
            }
        }
        if (notice.entries().isEmpty()) {
            out.line("");
            out.line("(What happened to the recipients is not known any more.)");
        }
        notice.entries().forEach(this::reason);
        out.line("");
    }

    private void reason(BounceRequest.Entry entry) throws IOException {
        Recipient recipient = entry.recipient();
        out.line("");
        LineWrap.write("<" + Address.toExternal(recipient.address()) + '>' + expandedFrom(recipient) + ": "
                + entry.reason(), out);
    }

    private static String expandedFrom(Recipient recipient) {
        return recipient.original().isEmpty() || recipient.original().equalsIgnoreCase(recipient.address())
                ? ""
                : " (expanded from <" + Address.toExternal(recipient.original()) + ">)";
    }

    private void deliveryStatus() throws IOException {
        String x = "X-" + settings.headerName();
        out.line("--" + boundary);
        out.line("Content-Description: Delivery report");
        out.line("Content-Type: message/" + (international ? "global-delivery-status" : "delivery-status"));
        if (international) {
            out.line("Content-Transfer-Encoding: " + encoding);
        }
        out.line("");
        out.line("Reporting-MTA: dns; " + settings.hostName());
        if (!notice.message().envelopeId().isEmpty()) {
            out.line("Original-Envelope-Id: " + notice.message().envelopeId());
        }
        out.line(x + "-Queue-ID: " + notice.message().queueId());
        out.line(x + "-Sender: " + typed(shownSender()));
        Optional<Instant> arrived = original.arrived();
        if (arrived.isPresent()) {
            out.line("Arrival-Date: " + date(arrived.get()));
        }
        notice.entries().forEach(entry -> recipientStatus(entry, x));
        out.line("");
    }

    private void recipientStatus(BounceRequest.Entry entry, String x) throws IOException {
        Recipient recipient = entry.recipient();
        out.line("");
        out.line("Final-Recipient: " + typed(recipient.address()));
        if (!recipient.dsnOriginal().isEmpty()) {
            out.line("Original-Recipient: " + recipient.dsnOriginal());
        } else if (!expandedFrom(recipient).isEmpty()) {
            out.line("Original-Recipient: " + typed(recipient.original()));
        }
        out.line("Action: " + (notice.kind() == NoticeKind.FAILURE ? "failed" : entry.action()));
        out.line("Status: " + entry.status());
        if (!entry.mtaType().isEmpty() && !entry.mtaName().isEmpty()) {
            out.line("Remote-MTA: " + entry.mtaType() + "; " + entry.mtaName());
        }
        if (!entry.diagnosticType().isEmpty() && !entry.diagnosticText().isEmpty()) {
            LineWrap.write("Diagnostic-Code: " + entry.diagnosticType() + "; " + entry.diagnosticText(), out);
        } else {
            LineWrap.write("Diagnostic-Code: " + x + "; " + entry.reason(), out);
        }
        Optional<Instant> created = original.created();
        if (notice.kind() == NoticeKind.DELAY && created.isPresent()) {
            out.line("Will-Retry-Until: " + date(created.get().plus(settings.lifetime())));
        }
    }

    private void returnedMessage() throws IOException {
        Optional<ContentReader> content = original.content();
        if (content.isEmpty()) {
            return;
        }
        boolean headersOnly = notice.headersOnly() || notice.kind() != NoticeKind.FAILURE
                || notice.message().dsnReturn() == RETURN_HEADERS || original.size() > settings.sizeLimit()
                || (settings.redacts() && has(DeliveryRequest.REQUIRE_TLS));
        out.line("--" + boundary);
        out.line("Content-Description: " + (notice.kind().isTrouble() ? "Undelivered " : "") + "Message"
                + (headersOnly ? " Headers" : ""));
        out.line("Content-Type: " + returnedType(headersOnly));
        out.line("Content-Transfer-Encoding: " + encoding);
        out.line("");
        out.line("Return-Path: <" + Address.toExternal(shownSender()) + '>');
        copy(content.get(), headersOnly);
        out.line("");
    }

    /** What was said of the message on its way, bits of {@link DeliveryRequest#sendOptions}. */
    private boolean has(int option) {
        return (notice.message().sendOptions() & option) != 0;
    }

    private String returnedType(boolean headersOnly) {
        if (international) {
            return headersOnly ? "message/global-headers" : "message/global";
        }
        return headersOnly ? "text/rfc822-headers" : "message/rfc822";
    }

    private void copy(ContentReader content, boolean headersOnly) throws IOException {
        boolean lineBegins = true;
        while (content.next()) {
            if (headersOnly && lineBegins && endsHeader(content)) {
                return;
            }
            out.piece(content.buffer(), content.length(), content.endsLine());
            lineBegins = content.endsLine();
        }
    }

    /** True for a line that is neither {@code name: value} nor the continuation of one. */
    private static boolean endsHeader(ContentReader content) {
        byte[] line = content.buffer();
        if (content.length() > 0 && (line[0] == ' ' || line[0] == '\t')) {
            return false;
        }
        for (int i = 0; i < content.length(); i++) {
            if (line[i] == ':') {
                return i == 0;
            }
            if (line[i] <= ' ' && line[i] >= 0) {
                return !new String(line, i, content.length() - i, StandardCharsets.ISO_8859_1).stripLeading()
                        .startsWith(":");
            }
        }
        return true;
    }

    private String shownSender() {
        return notice.message().sender().isEmpty() ? settings.mailerDaemon() : notice.message().sender();
    }

    private String typed(String address) {
        boolean ascii = address.chars().allMatch(c -> c < 128);
        return (ascii || !international ? "rfc822; " : "utf-8; ") + Address.toExternal(address);
    }

    private String date(Instant time) {
        return MailDate.rfc5322(time, settings.zone());
    }
}
