package org.postrider.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryTrouble;
import org.postrider.common.delivery.Mbox;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.delivery.MessageWriter;
import org.postrider.common.delivery.Rights;
import org.postrider.common.posix.FileWords;

/**
 * Delivery to a user's mailbox: home_mailbox below the home directory, else a file in mail_spool_directory. Where the spool
 * directory is not writable for users, the mailbox is made by root and given to the user; where it belongs to a group, the user
 * gets that group for the work.
 */
final class MailboxDelivery {
    private static final int GROUP_WRITABLE = 020;
    private static final int WORLD_WRITABLE = 02;

    private final LocalParts parts;
    private final Delivery delivery;
    private final Ledger ledger;

    MailboxDelivery(LocalParts parts, Delivery delivery, Ledger ledger) {
        this.parts = parts;
        this.delivery = delivery;
        this.ledger = ledger;
    }

    boolean deliver(Step step, UserAccounts.Account account) {
        LocalSettings.Mailbox settings = parts.settings().mailbox();
        boolean inHome = !settings.home().isEmpty();
        String path = inHome
                ? account.home() + "/" + settings.home()
                : settings.spool() + (settings.spool().endsWith("/") ? account.name() + "/" : "/" + account.name());
        boolean maildir = path.endsWith("/");
        if (delivery.isProbe()) {
            return ledger.delivered(step, maildir ? "delivers to maildir" : "delivers to mailbox");
        }
        Rights user = new Rights(account.uid(), account.gid(), account.name());
        try (MessageContent content = delivery.content()) {
            MessageWriter writer = FileDelivery.writer(parts, delivery, ledger, step, content, maildir);
            if (maildir) {
                parts.identity().call(user,
                        () -> parts.maildir().deliver(Path.of(path), user, settings.limit(), writer));
                return ledger.delivered(step, "delivered to maildir");
            }
            parts.newMail().arrived(account.name(), mbox(Path.of(path), user, inHome, writer));
            return ledger.delivered(step, "delivered to mailbox");
        } catch (DeliveryTrouble trouble) {
            return ledger.failed(step, maildir
                    ? trouble
                    : trouble.during("cannot update mailbox " + path + " for user " + account.name() + ". "));
        } catch (IOException e) {
            return ledger.failed(step, "4.3.0", FileWords.of(e));
        }
    }

    private long mbox(Path file, Rights user, boolean inHome, MessageWriter writer)
            throws IOException, DeliveryTrouble {
        LocalSettings.Mailbox settings = parts.settings().mailbox();
        Rights writerRights = inHome ? user : spoolRights(file, user);
        int owner = settings.strictOwner() ? user.uid() : -1;
        return parts.identity().call(writerRights, () -> {
            if (writerRights.uid() == 0 && user.uid() != 0) {
                makeFor(file, user);
            }
            return parts.mbox().deliver(new Mbox.Target(file, owner, settings.limit(), false), writer);
        });
    }

    private Rights spoolRights(Path file, Rights user) {
        Path folder = file.getParent();
        if (!parts.identity().isRoot() || folder == null) {
            return user;
        }
        try {
            Map<String, Object> facts = Files.readAttributes(folder, "unix:mode,gid");
            int mode = facts.get("mode") instanceof Integer bits ? bits : 0;
            int gid = facts.get("gid") instanceof Integer group ? group : user.gid();
            if ((mode & WORLD_WRITABLE) != 0) {
                return user;
            }
            return (mode & GROUP_WRITABLE) != 0
                    ? new Rights(user.uid(), gid, user.name())
                    : new Rights(0, gid, "root");
        } catch (IOException _) {
            // The delivery itself will say what is wrong with the directory.
            return user;
        }
    }

    /** Nobody but root can write in the directory, so nobody can put another file in place of the new one. */
    private static void makeFor(Path file, Rights user) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Files.createFile(file, PosixFilePermissions
                .asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.setAttribute(file, "unix:gid", user.gid());
        Files.setAttribute(file, "unix:uid", user.uid());
    }
}
