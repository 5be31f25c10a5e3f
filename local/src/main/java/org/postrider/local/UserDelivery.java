package org.postrider.local;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.posix.FileWords;

/**
 * The end of every expansion: another transport for mailboxes, the user's mailbox or mailbox command, and for names without an
 * account the fallback transport, luser_relay, or a bounce.
 */
final class UserDelivery {
    private final LocalParts parts;
    private final Delivery delivery;
    private final Ledger ledger;
    private final DuplicateFilter seen;
    private final CommandDelivery commands;
    private final MailboxDelivery mailboxes;
    private final Another another;

    /** Serves another address, here or by a new message; true when that is finished. */
    interface Another {
        boolean address(Step step, String address);
    }

    UserDelivery(LocalParts parts, Delivery delivery, Ledger ledger, DuplicateFilter seen, CommandDelivery commands,
            Another another) {
        this.parts = parts;
        this.delivery = delivery;
        this.ledger = ledger;
        this.seen = seen;
        this.commands = commands;
        this.mailboxes = new MailboxDelivery(parts, delivery, ledger);
        this.another = another;
    }

    boolean deliver(Step step) {
        return throughTransport(step, "mailbox_transport_maps", parts.tables().mailboxTransport(),
                parts.settings().mailboxTransport())
                .orElseGet(() -> account(step));
    }

    private boolean account(Step step) {
        Optional<UserAccounts.Account> account;
        try {
            account = parts.accounts().find(step.address().user());
        } catch (IOException e) {
            parts.log().warn("error looking up passwd info for {}: {}", step.address().user(), FileWords.of(e));
            return ledger.failed(step, "4.3.0", "user lookup error");
        }
        if (account.isEmpty()) {
            return unknown(step);
        }
        if (seen.isRepeated("mailbox", account.get().name())) {
            return true;
        }
        return switch (parts.tables().mailboxCommand().find(step.address().user())) {
            case LookupResult.Found found -> commands.mailbox(step, found.value(), account.get());
            case LookupResult.Unavailable broken -> tableFailed(step, "mailbox_command_maps", broken);
            case LookupResult.NotFound _ -> {
                String command = parts.settings().command().mailboxCommand();
                yield command.isEmpty()
                        ? mailboxes.deliver(step, account.get())
                        : commands.mailbox(step, command, account.get());
            }
        };
    }

    private boolean unknown(Step step) {
        Optional<Boolean> handed = throughTransport(step, "fallback_transport_maps", parts.tables().fallbackTransport(),
                parts.settings().fallbackTransport());
        if (handed.isPresent()) {
            return handed.get();
        }
        Optional<Boolean> relayed = luserRelay(step);
        if (relayed.isPresent()) {
            return relayed.get();
        }
        String user = step.address().user().toLowerCase(Locale.ROOT);
        if (user.equals("mailer-daemon") || user.equals("postmaster")) {
            parts.log().warn("required alias not found: {}", user);
            return ledger.delivered(step, "discarded");
        }
        return ledger.failed(step, "5.1.1", "unknown user: \"" + step.address().user() + "\"");
    }

    /**
     * Empty when there is none. Its value is an address and nothing else: what the sender chose of it must never name a file or a
     * command.
     */
    private Optional<Boolean> luserRelay(Step step) {
        String text = new UserMacros(step.address(), Optional.empty()).expand(parts.settings().luserRelay(), "").text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            String full = parts.addresses().rewrite(text);
            return full.equalsIgnoreCase(step.address().full())
                    ? Optional.empty()
                    : Optional.of(another.address(step, full));
        } catch (IOException e) {
            parts.log().warn("{}: address resolver failure for {}: {}", delivery.request().queueId(), text,
                    FileWords.of(e));
            return Optional.of(ledger.failed(step, "4.3.0", "address resolver failure"));
        }
    }

    /** Empty when no transport is configured for the user. */
    private Optional<Boolean> throughTransport(Step step, String parameter, TableList table, String everybody) {
        return switch (table.find(step.address().user())) {
            case LookupResult.Unavailable broken -> Optional.of(tableFailed(step, parameter, broken));
            case LookupResult.Found found when !found.value().isEmpty() -> Optional.of(handOver(step, found.value()));
            case LookupResult.Found _ -> Optional.empty();
            case LookupResult.NotFound _ -> everybody.isEmpty()
                    ? Optional.empty()
                    : Optional.of(handOver(step, everybody));
        };
    }

    private boolean tableFailed(Step step, String parameter, LookupResult.Unavailable broken) {
        parts.log().warn("{} lookup failed for {}: {}", parameter, step.address().user(), broken.reason());
        return ledger.failed(step, "4.3.5", "mail system configuration error");
    }

    private boolean handOver(Step step, String target) {
        DeliveryRequest request = delivery.request().handedTo(target, step.address().domain(), step.sender(),
                ledger.as(step, step.address().full()));
        try {
            DeliveryReport report = parts.handOff().deliver(request);
            ledger.recordedElsewhere();
            return !report.someRemain();
        } catch (IOException e) {
            parts.log().warn("{}: transport {} failure: {}", request.queueId(), request.transport(),
                    FileWords.of(e));
            return ledger.failed(step, "4.3.0", "mail transport unavailable");
        }
    }
}
