package org.postrider.commands;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.AddressList;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/**
 * Turns a message on standard input into the queue records of a submission: envelope, content, and for {@code -t} the recipients
 * found in the header. The content is streamed; of the header only the recipient fields are held.
 */
final class SubmissionWriter {
    private static final int MOST_HEADER = 1024 * 1024;

    private final SendmailOptions options;
    private final String sender;
    private final String fullName;
    private final RecordWriter out;
    private final StringBuilder headerField = new StringBuilder();
    private final List<String> plain = new ArrayList<>();
    private final List<String> resent = new ArrayList<>();

    SubmissionWriter(SendmailOptions options, String sender, String fullName, OutputStream out) {
        this.options = options;
        this.sender = sender;
        this.fullName = fullName;
        this.out = new RecordWriter(out);
    }

    /** Writes everything; the number of recipients is the answer. */
    int write(MessageText text) throws IOException {
        int recipients = envelope();
        out.write(RecordType.MESSAGE);
        if (options.mode == SendmailOptions.Mode.VERIFY && !options.extract) {
            probe();
        } else {
            content(text);
        }
        out.write(RecordType.EXTRACTED);
        if (options.extract) {
            for (String address : resent.isEmpty() ? plain : resent) {
                recipient(address);
                recipients++;
            }
        }
        if (recipients == 0) {
            return 0;
        }
        out.write(RecordType.END).flush();
        return recipients;
    }

    private int envelope() throws IOException {
        if (!fullName.isEmpty()) {
            out.write(RecordType.FULL_NAME, fullName);
        }
        if (!options.encoding.isEmpty()) {
            out.attribute("encoding", options.encoding);
        }
        if (!options.envelopeId.isEmpty()) {
            out.attribute("envelope_id", options.envelopeId);
        }
        if (options.dsnReturn != 0) {
            out.attribute("ret_flags", Integer.toString(options.dsnReturn));
        }
        int trace = options.mode == SendmailOptions.Mode.VERIFY ? 512 : options.verbose == 1 ? 1024 : 0;
        if (trace != 0) {
            out.attribute("trace_flags", Integer.toString(trace));
        }
        out.write(RecordType.SENDER, sender);
        if (options.verp.isPresent()) {
            out.write(RecordType.VERP, options.verp.get());
        }
        int count = 0;
        for (String argument : options.recipients) {
            for (String address : AddressList.parse(argument).addresses()) {
                recipient(address);
                count++;
            }
        }
        return count;
    }

    /** The message of a probe, which nobody will see. */
    private void probe() throws IOException {
        out.write(RecordType.TEXT, "From: " + Address.toExternal(sender));
        out.write(RecordType.TEXT, "Subject: probe");
        List<String> names = options.recipients.stream().flatMap(text -> AddressList.parse(text).addresses().stream())
                .map(Address::toExternal).toList();
        for (String line : ("To:\t" + String.join(",\n\t", names)).lines().toList()) {
            out.write(RecordType.TEXT, line);
        }
    }

    private void recipient(String address) throws IOException {
        if (options.notify != 0) {
            out.attribute("notify_flags", Integer.toString(options.notify));
        }
        out.write(RecordType.RECIPIENT, address);
    }

    private void content(MessageText text) throws IOException {
        boolean inHeader = options.extract;
        boolean first = true;
        while (text.next()) {
            if (first) {
                first = false;
                beginning(text);
            }
            if (inHeader && !text.isContinued()) {
                inHeader = header(text);
            } else if (inHeader) {
                appendHeader(text);
            }
            out.write(text.isWhole() ? RecordType.TEXT : RecordType.PART, text.bytes(), 0, text.length());
        }
        headerFieldEnds();
    }

    /** The first line of mail that was a mailbox once is no header field; one that begins with white space begins the body. */
    private void beginning(MessageText text) throws IOException {
        int at = 0;
        while (at < text.length() && text.bytes()[at] == '>') {
            at++;
        }
        if (startsWith(text, at, "From ")) {
            out.write(RecordType.PART, "X-Mailbox-Line: ");
        } else if (text.length() > 0 && (text.bytes()[0] == ' ' || text.bytes()[0] == '\t')) {
            out.write(RecordType.TEXT, "");
        }
    }

    private static boolean startsWith(MessageText text, int at, String word) {
        if (text.length() - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (text.bytes()[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Looks at one line of the header; false when the header has ended. */
    private boolean header(MessageText text) {
        if (text.length() == 0) {
            headerFieldEnds();
            return false;
        }
        boolean folded = text.bytes()[0] == ' ' || text.bytes()[0] == '\t';
        if (!folded) {
            headerFieldEnds();
            if (!isField(text)) {
                return false;
            }
        }
        appendHeader(text);
        return true;
    }

    private static boolean isField(MessageText text) {
        for (int i = 0; i < text.length(); i++) {
            byte b = text.bytes()[i];
            if (b == ':') {
                return i > 0;
            }
            if (b <= ' ') {
                return i == 0 && startsWith(text, 0, "From ");
            }
        }
        return false;
    }

    private void appendHeader(MessageText text) {
        if (headerField.length() + text.length() <= MOST_HEADER) {
            headerField.append(new String(text.bytes(), 0, text.length(), StandardCharsets.ISO_8859_1)).append('\n');
        }
    }

    private void headerFieldEnds() {
        int colon = headerField.indexOf(":");
        if (colon > 0) {
            List<String> into = switch (headerField.substring(0, colon).trim().toLowerCase(java.util.Locale.ROOT)) {
                case "to", "cc", "bcc" -> plain;
                case "resent-to", "resent-cc", "resent-bcc" -> resent;
                default -> null;
            };
            if (into != null) {
                into.addAll(AddressList.parse(headerField.substring(colon + 1)).addresses());
            }
        }
        headerField.setLength(0);
    }
}
