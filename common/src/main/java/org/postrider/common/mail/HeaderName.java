package org.postrider.common.mail;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The header fields that the mail system treats in some special way. */
public enum HeaderName {
    APPARENTLY_TO("Apparently-To", Kind.RECIPIENT), BCC("Bcc", Kind.RECIPIENT), CC("Cc",
            Kind.RECIPIENT), CONTENT_DESCRIPTION("Content-Description",
                    Kind.MIME), CONTENT_DISPOSITION("Content-Disposition", Kind.MIME), CONTENT_ID("Content-Id",
                            Kind.MIME), CONTENT_LENGTH("Content-Length", Kind.OTHER), CONTENT_TRANSFER_ENCODING(
                                    "Content-Transfer-Encoding", Kind.MIME), CONTENT_TYPE("Content-Type",
                                            Kind.MIME), DATE("Date", Kind.OTHER), DELIVERED_TO("Delivered-To",
                                                    Kind.OTHER), DISPOSITION_NOTIFICATION_TO(
                                                            "Disposition-Notification-To",
                                                            Kind.SENDER), ERRORS_TO("Errors-To", Kind.SENDER), FROM(
                                                                    "From",
                                                                    Kind.SENDER), MAIL_FOLLOWUP_TO("Mail-Followup-To",
                                                                            Kind.SENDER), MESSAGE_ID("Message-Id",
                                                                                    Kind.OTHER), MIME_VERSION(
                                                                                            "MIME-Version",
                                                                                            Kind.MIME), RECEIVED(
                                                                                                    "Received",
                                                                                                    Kind.OTHER), REPLY_TO(
                                                                                                            "Reply-To",
                                                                                                            Kind.SENDER), RESENT_BCC(
                                                                                                                    "Resent-Bcc",
                                                                                                                    Kind.RECIPIENT), RESENT_CC(
                                                                                                                            "Resent-Cc",
                                                                                                                            Kind.RECIPIENT), RESENT_DATE(
                                                                                                                                    "Resent-Date",
                                                                                                                                    Kind.OTHER), RESENT_FROM(
                                                                                                                                            "Resent-From",
                                                                                                                                            Kind.SENDER), RESENT_MESSAGE_ID(
                                                                                                                                                    "Resent-Message-Id",
                                                                                                                                                    Kind.OTHER), RESENT_REPLY_TO(
                                                                                                                                                            "Resent-Reply-To",
                                                                                                                                                            Kind.SENDER), RESENT_SENDER(
                                                                                                                                                                    "Resent-Sender",
                                                                                                                                                                    Kind.SENDER), RESENT_TO(
                                                                                                                                                                            "Resent-To",
                                                                                                                                                                            Kind.RECIPIENT), RETURN_PATH(
                                                                                                                                                                                    "Return-Path",
                                                                                                                                                                                    Kind.SENDER), RETURN_RECEIPT_TO(
                                                                                                                                                                                            "Return-Receipt-To",
                                                                                                                                                                                            Kind.SENDER), SENDER(
                                                                                                                                                                                                    "Sender",
                                                                                                                                                                                                    Kind.SENDER), SUBJECT(
                                                                                                                                                                                                            "Subject",
                                                                                                                                                                                                            Kind.OTHER), TLS_REQUIRED(
                                                                                                                                                                                                                    "TLS-Required",
                                                                                                                                                                                                                    Kind.OTHER), TO(
                                                                                                                                                                                                                            "To",
                                                                                                                                                                                                                            Kind.RECIPIENT);

    /** What stands in a field. */
    public enum Kind {
        /** Addresses that the canonical classes call header_sender. */
        SENDER,
        /** Addresses that the canonical classes call header_recipient. */
        RECIPIENT,
        /** RFC 2045 fields, which describe a body part. */
        MIME,
        /** No addresses. */
        OTHER
    }

    private static final Map<String, HeaderName> BY_NAME = byName();

    private final String title;
    private final Kind kind;

    HeaderName(String title, Kind kind) {
        this.title = title;
        this.kind = kind;
    }

    /** As Postfix writes it. */
    public String title() {
        return title;
    }

    public Kind kind() {
        return kind;
    }

    /** True for the fields of a message that was sent on (RFC 5322 3.6.6). */
    public boolean isResent() {
        return name().startsWith("RESENT_");
    }

    /** The field with this name in any case, or null when it is none of these. */
    public static @Nullable HeaderName of(String name) {
        return BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    private static Map<String, HeaderName> byName() {
        Map<String, HeaderName> names = new HashMap<>();
        for (HeaderName header : values()) {
            names.put(header.title.toLowerCase(Locale.ROOT), header);
        }
        return Map.copyOf(names);
    }
}
