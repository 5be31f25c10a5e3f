package org.postrider.cleanup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.mail.HeaderField;
import org.postrider.common.mail.HeaderName;
import org.postrider.common.mail.MimeSink;
import org.postrider.common.mail.MimeState;
import org.postrider.common.mail.SevenBitContent;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The content: header fields are checked, rewritten and completed, body lines are checked and copied. One message, one thread. */
final class ContentPhase implements MimeSink {
    private static final Logger log = LoggerFactory.getLogger(ContentPhase.class);

    private final Message message;
    private final CleanupSettings settings;
    private final ContentChecks checks;
    private final HeaderAddresses addresses;
    private final ContentWriter out;
    private final MissingHeaders missing;
    private final MimeState mime;
    private final Optional<SevenBitContent> conversion;
    private final boolean checksBody;
    private int hops;
    private @Nullable TroubleException trouble;

    ContentPhase(Message message, CleanupSettings settings, ContentChecks checks, HeaderAddresses addresses) {
        this.message = message;
        this.settings = settings;
        this.checks = checks;
        this.addresses = addresses;
        this.out = new ContentWriter(message, settings);
        this.missing = new MissingHeaders(message, settings);
        this.mime = new MimeState(settings.mime(), this);
        this.conversion = settings.convertsInput()
                ? Optional.of(new SevenBitContent(new Converted()))
                : Optional.empty();
        this.checksBody = checks.hasBodyChecks();
    }

    /**
     * Takes one record.
     *
     * @return false when it is the one that ends the content
     */
    boolean take(RecordReader record) throws TroubleException, IOException {
        RecordType type = record.type();
        switch (type) {
            case TEXT, PART -> line(record.buffer(), record.length(), type == RecordType.TEXT);
            case EXTRACTED -> {
                if (conversion.isPresent()) {
                    conversion.get().end();
                }
                mime.end();
                passTrouble();
                message.extractedOffset = message.records().position();
                message.records().write(RecordType.EXTRACTED);
                return false;
            }
            case PADDING, POINTER -> {
            }
            default -> message.failProtocol("unexpected record type " + (char) type.letter() + " in message content");
        }
        return true;
    }

    private void line(byte[] bytes, int given, boolean complete) throws TroubleException, IOException {
        if (settings.strangeBytes().rejects(bytes, 0, given)) {
            String text = "5.7.1 disallowed character";
            ContentChecks.tell(message, "reject: content", new String(bytes, 0, given, StandardCharsets.ISO_8859_1),
                    text);
            message.fail(CleanupStatus.CONTENT, text);
            return;
        }
        int length = settings.strangeBytes().strip(bytes, 0, given);
        if (settings.replaceStrayCrLf()) {
            replaceStray(bytes, length);
        }
        if (conversion.isPresent()) {
            conversion.get().piece(bytes, 0, length, complete);
        } else {
            mime.line(bytes, 0, length, complete);
        }
        passTrouble();
    }

    /** What comes out of the conversion is checked and rewritten as if it had come so. */
    private final class Converted implements SevenBitContent.Output {
        @Override
        public void piece(byte[] bytes, int from, int to, boolean endOfLine) throws IOException {
            mime.line(bytes, from, to - from, endOfLine);
        }

        @Override
        public void fault(Fault fault, String where) throws IOException {
            // The conversion has put an empty line there; everything else is seen behind it, too.
            if (fault == Fault.HEADER_NOT_ENDED) {
                ContentPhase.this.fault(fault, where);
            }
        }
    }

    private void passTrouble() throws TroubleException {
        if (trouble != null) {
            throw trouble;
        }
    }

    /** A line end inside a line is none here but may be one for the next mail system. */
    private static void replaceStray(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\r' || bytes[i] == '\n') {
                bytes[i] = ' ';
            }
        }
    }

    @Override
    public void header(Section section, String text) throws IOException {
        if (message.isSettled()) {
            return;
        }
        String current = text;
        HeaderName name = HeaderName.of(text.substring(0, text.indexOf(':')));
        if (message.has(CleanupClient.FILTER)) {
            switch (checks.header(message, section, name == null ? null : name.kind(), text, out)) {
                case ContentChecks.Fate.Keep() -> {
                }
                case ContentChecks.Fate.Drop() -> {
                    return;
                }
                case ContentChecks.Fate.Replace(String other) -> current = other;
            }
            if (message.isSettled()) {
                return;
            }
        }
        Optional<HeaderField> field = HeaderField.parse(current);
        if (section == Section.PRIMARY && field.isPresent()) {
            primary(field.get(), current);
        } else {
            out.text(current);
        }
    }

    private void primary(HeaderField field, String text) throws IOException {
        HeaderName name = HeaderName.of(field.name());
        if (settings.messageDropHeaders().contains(field.name().toLowerCase(Locale.ROOT))) {
            if (name != null) {
                missing.dropped(name);
            }
            return;
        }
        noteUtf8(text);
        noteTls(field);
        if (name == null) {
            out.text(text);
            return;
        }
        missing.saw(name);
        switch (name) {
            case RECEIVED -> countHop();
            case MESSAGE_ID, RESENT_MESSAGE_ID -> missing.logId(name, field.unfolded());
            case CONTENT_TRANSFER_ENCODING -> encoding(field.unfolded().toLowerCase(Locale.ROOT));
            default -> {
            }
        }
        out.text(rewritten(name, field, text));
    }

    private String rewritten(HeaderName name, HeaderField field, String text) throws IOException {
        boolean hasAddresses = name.kind() == HeaderName.Kind.SENDER || name.kind() == HeaderName.Kind.RECIPIENT;
        if (!hasAddresses) {
            return text;
        }
        try {
            return addresses.rewrite(message, name.kind(), field);
        } catch (TroubleException e) {
            trouble = e;
            return text;
        }
    }

    private void countHop() {
        if (++hops > settings.hopcountLimit()) {
            log.warn("{}: message rejected: hopcount exceeded", message.id());
            message.fail(CleanupStatus.HOPS, "");
        }
    }

    private void encoding(String value) {
        if (settings.detectEncoding() && (value.equals("8bit") || value.equals("7bit"))) {
            message.headerEncoding = value;
        }
    }

    /** RFC 8689 section 3; and the field by which smtpd hands REQUIRETLS through content filters. */
    private void noteTls(HeaderField field) {
        if (settings.tlsRequired() && field.name().equalsIgnoreCase("TLS-Required")) {
            message.tlsNotRequired |= field.unfolded().strip().equalsIgnoreCase("no");
        } else if (settings.requireTlsHeader() && field.name().equalsIgnoreCase("Require-TLS-ESMTP")
                && field.unfolded().strip().equalsIgnoreCase("yes")) {
            message.add(CleanupClient.REQUIRE_TLS);
        }
    }

    private void noteUtf8(String text) {
        if (!message.headerHasUtf8) {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) > 0x7f) {
                    message.headerHasUtf8 = true;
                    return;
                }
            }
        }
    }

    @Override
    public void headerEnd() throws IOException {
        if (!message.isSettled()) {
            missing.complete(out);
        }
    }

    @Override
    public void body(byte[] bytes, int offset, int length, boolean complete, long position) throws IOException {
        if (message.isSettled()) {
            return;
        }
        if (checksBody && length > 0 && message.has(CleanupClient.FILTER) && withinLimit(position)) {
            checkedBody(bytes, offset, length, complete);
        } else {
            out.line(bytes, offset, length, complete);
        }
    }

    private boolean withinLimit(long position) {
        return settings.bodyChecksSizeLimit() == 0 || position < settings.bodyChecksSizeLimit();
    }

    private void checkedBody(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        String line = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        switch (checks.body(message, line, out)) {
            case ContentChecks.Fate.Keep() -> out.line(bytes, offset, length, complete);
            case ContentChecks.Fate.Drop() -> {
            }
            case ContentChecks.Fate.Replace(String text) -> out.text(text);
        }
    }

    @Override
    public void fault(Fault fault, String where) throws IOException {
        if (settings.mimeFaults().marked().contains(fault)) {
            out.text("MIME-Error: " + MimeFaults.text(fault));
        }
        if (message.isSettled() || !settings.mimeFaults().refused().contains(fault)) {
            return;
        }
        String text = MimeFaults.text(fault);
        log.info("{}: reject: mime-error {}: {} {}", message.id(), text, ContentChecks.printable(where),
                message.describeEnvelope());
        message.fail(CleanupStatus.CONTENT, "5.6.0 " + text);
    }
}
