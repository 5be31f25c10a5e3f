package org.postrider.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryTrouble;
import org.postrider.common.delivery.Mbox;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.delivery.MessageCopy;
import org.postrider.common.delivery.MessageWriter;
import org.postrider.common.delivery.Rights;
import org.postrider.common.posix.FileWords;

/** Delivery to a file that an alias, a .forward file or an include file names; a maildir when the name ends in a slash. */
final class FileDelivery {
    private static final int EXECUTABLE = 0111;

    private final LocalParts parts;
    private final Delivery delivery;
    private final Ledger ledger;

    FileDelivery(LocalParts parts, Delivery delivery, Ledger ledger) {
        this.parts = parts;
        this.delivery = delivery;
        this.ledger = ledger;
    }

    boolean deliver(Step step, String path, Rights rights) {
        if (!parts.settings().filesFrom().contains(step.origin().word())) {
            return ledger.failed(step, "5.7.1", "mail to file is restricted");
        }
        if (delivery.isProbe()) {
            return ledger.delivered(step, "delivers to file: " + path);
        }
        try (MessageContent content = delivery.content()) {
            return ledger.delivered(step, write(step, path, rights, content));
        } catch (DeliveryTrouble trouble) {
            return ledger.failed(step, trouble);
        } catch (IOException e) {
            return ledger.failed(step, "4.3.0", "cannot append message to file " + path + ": " + FileWords.of(e));
        }
    }

    private String write(Step step, String path, Rights rights, MessageContent content)
            throws IOException, DeliveryTrouble {
        boolean maildir = path.endsWith("/");
        MessageWriter writer = writer(parts, delivery, ledger, step, content, maildir);
        Path file = Path.of(path);
        long limit = parts.settings().mailbox().limit();
        return parts.identity().call(rights, () -> {
            if (maildir) {
                parts.maildir().deliver(file, rights, limit, writer);
                return "delivered to maildir";
            }
            try {
                check(file);
                parts.mbox().deliver(new Mbox.Target(file, -1, limit, true), writer);
            } catch (DeliveryTrouble trouble) {
                throw trouble.during("cannot append message to file " + path + ": ");
            }
            return "delivered to file: " + path;
        });
    }

    /** A program must not be changed by mail. */
    private static void check(Path file) throws DeliveryTrouble {
        try {
            Map<String, Object> facts = Files.readAttributes(file, "unix:mode,isRegularFile");
            if (Boolean.TRUE.equals(facts.get("isRegularFile")) && facts.get("mode") instanceof Integer mode
                    && (mode & EXECUTABLE) != 0) {
                throw new DeliveryTrouble("5.7.1", "file is executable");
            }
        } catch (IOException _) {
            // It does not exist yet, or opening it will tell what is wrong.
        }
    }

    /** The message as it goes into a mailbox or a maildir. */
    static MessageWriter writer(LocalParts parts, Delivery delivery, Ledger ledger, Step step, MessageContent content,
            boolean maildir) {
        LocalSettings settings = parts.settings();
        String deliveredTo = settings.deliveredToFor().contains("file") ? step.deliveredTo() : "";
        var headers = new MessageCopy.Headers(step.sender(), "MAILER-DAEMON", true,
                settings.originalRecipient() ? ledger.original() : "", deliveredTo);
        MessageCopy copy = new MessageCopy(maildir ? MessageCopy.Format.MAILDIR : MessageCopy.Format.MBOX);
        Instant now = parts.clock().instant();
        return out -> copy.write(headers, now, content, out);
    }
}
