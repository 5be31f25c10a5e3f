package org.postrider.virtual;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import org.postrider.common.delivery.DeliveredToCheck;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryTrouble;
import org.postrider.common.delivery.Door;
import org.postrider.common.delivery.Maildir;
import org.postrider.common.delivery.Mbox;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.delivery.MessageCopy;
import org.postrider.common.delivery.RecipientIdentity;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.delivery.Rights;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileWords;
import org.slf4j.Logger;

/**
 * Delivers to the mailboxes that virtual_mailbox_maps names, below virtual_mailbox_base, with the rights that virtual_uid_maps and
 * virtual_gid_maps give. A recipient without a mailbox bounces; a table that does not answer or answers nonsense defers.
 */
final class VirtualDoor implements Door {
    private static final String RELAY = "virtual";
    private static final MessageCopy MBOX = new MessageCopy(MessageCopy.Format.MBOX);
    private static final MessageCopy MAILDIR = new MessageCopy(MessageCopy.Format.MAILDIR);

    private final VirtualSettings settings;
    private final RecipientIdentity identity;
    private final Mbox mbox;
    private final Maildir maildir;
    private final InstantSource clock;
    private final Logger log;

    VirtualDoor(VirtualSettings settings, RecipientIdentity identity, Mbox mbox, Maildir maildir, InstantSource clock,
            Logger log) {
        this.settings = settings;
        this.identity = identity;
        this.mbox = mbox;
        this.maildir = maildir;
        this.clock = clock;
        this.log = log;
    }

    @Override
    public void deliver(Delivery delivery) throws IOException {
        DeliveredToCheck visited;
        try (MessageContent content = delivery.content()) {
            visited = DeliveredToCheck.read(content);
        }
        for (Recipient recipient : delivery.recipients()) {
            delivery.settle(recipient, outcome(delivery, recipient, visited));
        }
    }

    private RecipientOutcome outcome(Delivery delivery, Recipient recipient, DeliveredToCheck visited) {
        try {
            String address = recipient.address().toLowerCase(Locale.ROOT);
            if (visited.contains(Address.toExternal(address))) {
                throw new DeliveryTrouble("5.4.6", "mail forwarding loop for " + recipient.address());
            }
            String place = find(settings.mailboxes(), address, "virtual_mailbox_maps");
            if (place.isEmpty()) {
                throw new DeliveryTrouble("5.1.1", "unknown user: \"" + recipient.address() + "\"");
            }
            Rights owner = owner(recipient.address(), address);
            if (delivery.isProbe()) {
                return RecipientOutcome
                        .delivered(place.endsWith("/") ? "delivers to maildir" : "delivers to mailbox", RELAY);
            }
            return RecipientOutcome.delivered(write(delivery, recipient, place, owner), RELAY);
        } catch (DeliveryTrouble trouble) {
            return RecipientOutcome.failed(trouble.status(), RELAY);
        } catch (IOException e) {
            return RecipientOutcome.failed(new DeliveryTrouble("4.3.0", FileWords.of(e)).status(), RELAY);
        }
    }

    /** The value for the address, empty where there is none. */
    private String find(TableList tables, String address, String parameter) throws DeliveryTrouble {
        return switch (settings.search().find(tables, address, AddressSearch.Order.MAILBOX).result()) {
            case LookupResult.Found found -> found.value();
            case LookupResult.NotFound _ -> "";
            case LookupResult.Unavailable broken -> {
                log.warn("{}: lookup error for {}: {}", parameter, address, broken.reason());
                throw misconfigured();
            }
        };
    }

    private Rights owner(String shown, String address) throws DeliveryTrouble {
        int uid = id(settings.uids(), shown, address, "virtual_uid_maps");
        if (uid < settings.minimumUid()) {
            log.warn("recipient {}: bad uid {} in virtual_uid_maps", shown, uid);
            throw misconfigured();
        }
        return new Rights(uid, id(settings.gids(), shown, address, "virtual_gid_maps"), "uid " + uid);
    }

    private int id(TableList tables, String shown, String address, String parameter) throws DeliveryTrouble {
        String value = find(tables, address, parameter);
        if (value.isEmpty()) {
            log.warn("recipient {}: not found in {}", shown, parameter);
            throw misconfigured();
        }
        try {
            int id = Integer.parseInt(value.strip());
            if (id > 0) {
                return id;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        log.warn("recipient {}: bad number {} in {}", shown, value, parameter);
        throw misconfigured();
    }

    private static DeliveryTrouble misconfigured() {
        return new DeliveryTrouble("4.3.5", "mail system configuration error");
    }

    private String write(Delivery delivery, Recipient recipient, String place, Rights owner)
            throws IOException, DeliveryTrouble {
        String path = settings.base() + "/" + place;
        String original = recipient.original().isEmpty() ? recipient.address() : recipient.original();
        var headers = new MessageCopy.Headers(delivery.request().sender(), "MAILER-DAEMON", true,
                settings.originalRecipient() ? original : "", recipient.address());
        try (MessageContent content = delivery.content()) {
            if (path.endsWith("/")) {
                return identity.callBriefly(owner, () -> {
                    maildir.deliver(Path.of(path), owner, settings.limit(),
                            out -> MAILDIR.write(headers, clock.instant(), content, out));
                    return "delivered to maildir";
                });
            }
            return identity.call(owner, () -> {
                append(Path.of(path), owner, headers, content);
                return "delivered to mailbox";
            });
        }
    }

    private void append(Path file, Rights owner, MessageCopy.Headers headers, MessageContent content)
            throws DeliveryTrouble {
        try {
            mbox.deliver(new Mbox.Target(file, settings.strictOwner() ? owner.uid() : -1, settings.limit(), false),
                    out -> MBOX.write(headers, clock.instant(), content, out));
        } catch (DeliveryTrouble trouble) {
            throw trouble.during("delivery failed to mailbox " + file + ": ");
        }
    }
}
