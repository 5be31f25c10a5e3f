package org.postrider.local;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.delivery.AddressParts;
import org.postrider.common.delivery.DeliveredToCheck;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.Diagnosis;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.delivery.Rights;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.lookup.AliasValue.Destination;
import org.postrider.common.lookup.AliasValue;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileWords;

/**
 * One recipient of a request, with everything its aliases and .forward files lead to. The order is that of local(8): alias with
 * and without extension; a list with an owner goes back into the queue; .forward; mailbox; unknown user. Every method says
 * whether its part is finished (delivered, forwarded or bounced) or must be tried again. Used by one thread.
 */
final class RecipientDelivery {
    private static final int DEEPEST = 100;

    private final LocalParts parts;
    private final Delivery delivery;
    private final Recipient recipient;
    private final DeliveredToCheck visited;
    private final Ledger ledger;
    private final DuplicateFilter seen;
    private final Forwarding forwarding;
    private final CommandDelivery commands;
    private final FileDelivery files;
    private final UserDelivery users;

    RecipientDelivery(LocalParts parts, Delivery delivery, Recipient recipient, DeliveredToCheck visited) {
        this.parts = parts;
        this.delivery = delivery;
        this.recipient = recipient;
        this.visited = visited;
        this.ledger = new Ledger(delivery, recipient);
        this.seen = new DuplicateFilter(parts.settings().duplicateLimit());
        this.forwarding = new Forwarding(parts, delivery, ledger);
        this.commands = new CommandDelivery(parts, delivery, ledger);
        this.files = new FileDelivery(parts, delivery, ledger);
        this.users = new UserDelivery(parts, delivery, ledger, seen, commands,
                (step, address) -> address(step, address, null));
    }

    /** Serves the recipient; true when it is finished for good. */
    boolean run() {
        AddressParts address = folded(recipient.address());
        Step first = new Step(address, Step.Origin.REQUEST, "", 0, delivery.request().sender(), "", Optional.empty(),
                recipient.address(), List.of());
        boolean finished = visit(first);
        if (finished && !ledger.isUsed() && forwarding.isEmpty()) {
            // Nobody has the message and nobody was told: whatever the expansion did, that must not be its end.
            return ledger.failed(first, "5.4.6", "alias database loop for " + address.local());
        }
        return finished && forwarding.send();
    }

    /** What names somebody in lower case; the address as a whole as it was written, for log and headers. */
    private AddressParts folded(String address) {
        int at = address.lastIndexOf('@');
        String local = at < 0 ? address : address.substring(0, at);
        String rest = at < 0 ? "" : address.substring(at);
        AddressParts split = AddressParts.of(local.toLowerCase(Locale.ROOT) + rest, parts.settings().delimiters(),
                parts.settings().specialOwners());
        // An extension becomes part of file names, so it has no slash.
        boolean plain = split.extension().indexOf('/') < 0;
        return new AddressParts(address, split.local(), split.user(), plain ? split.extension() : "",
                plain ? split.delimiter() : "", split.domain());
    }

    /** One local address, at first or deep inside an expansion. */
    private boolean visit(Step step) {
        if (step.level() > DEEPEST) {
            return ledger.failed(step, "5.4.6", "possible alias database loop for " + step.address().full());
        }
        if (step.address().user().isEmpty()) {
            return ledger.failed(step, "5.1.3", "null username in \"" + step.address().full() + "\"");
        }
        if (step.isLoop()) {
            parts.log().warn("alias database loop for {}", step.address().local());
            return ledger.failed(step, "5.4.6", "alias database loop for " + step.address().local());
        }
        if (seen.isRepeated("recipient " + step.from(), step.address().full())) {
            return true;
        }
        if (visited.contains(Address.toExternal(step.address().full()))) {
            return ledger.failed(step, "5.4.6", "mail forwarding loop for " + step.address().full());
        }
        Optional<Boolean> done = alias(step, step.address().local(), false);
        if (done.isEmpty() && !step.address().extension().isEmpty()) {
            done = alias(step, step.address().user(), true);
        }
        if (done.isPresent()) {
            return done.get();
        }
        if (mustGoBack(step)) {
            return forward(step, step.address().full());
        }
        return forwardFile(step).orElseGet(() -> users.deliver(step));
    }

    /** A list's mail to a user is a new message, so that its owner, not this message's sender, hears of problems. */
    private static boolean mustGoBack(Step step) {
        boolean otherOwner = !step.owner().isEmpty() && !step.owner().equalsIgnoreCase(step.address().user());
        return otherOwner || step.origin() == Step.Origin.INCLUDE;
    }

    /** Empty when there is no such alias. */
    private Optional<Boolean> alias(Step step, String name, boolean extensionLeft) {
        if (step.origin() == Step.Origin.ALIAS && step.from().equalsIgnoreCase(name)) {
            return Optional.empty();
        }
        return switch (parts.aliases().find(name)) {
            case AliasMaps.Answer.None _ -> Optional.empty();
            case AliasMaps.Answer.Broken broken -> {
                parts.log().warn("{}: {} lookup error for {}: {}", delivery.request().queueId(), broken.table(), name,
                        broken.reason());
                yield Optional.of(ledger.failed(step, "4.3.0", "alias database unavailable"));
            }
            case AliasMaps.Answer.Alias alias -> Optional.of(expand(step, name, alias, extensionLeft));
        };
    }

    private boolean expand(Step step, String name, AliasMaps.Answer.Alias alias, boolean extensionLeft) {
        if (seen.isRepeated("alias", name) && !step.isInside(name)) {
            return true;
        }
        List<Destination> destinations = AliasValue.parse(alias.value());
        if (destinations.isEmpty()) {
            parts.log().warn("no recipient in alias lookup result {}: \"{}\"", alias.table(), name);
            return ledger.failed(step, "4.3.5", "mail system configuration error");
        }
        Rights rights = alias.rights().uid() == 0 ? parts.settings().defaultRights() : alias.rights();
        Step inside = owned(step.inside(Step.Origin.ALIAS, name, rights), name);
        if (!parts.settings().frozenDeliveredTo()) {
            inside = inside.withDeliveredTo(step.address().full());
        }
        return expandAll(inside, destinations, extensionLeft ? step.address() : null);
    }

    /**
     * When {@code owner-name} exists, it is the sender of what the alias sends. An alias without an owner, inside of one that has
     * one, keeps it, or keeps its sender only (reset_owner_alias).
     */
    private Step owned(Step step, String name) {
        if (!(parts.aliases().find("owner-" + name) instanceof AliasMaps.Answer.Alias owner)) {
            return parts.settings().resetOwner() ? step.withOwner("") : step;
        }
        String wanted = parts.settings().expandOwner() ? firstAddress(owner.value()) : "owner-" + name;
        try {
            return step.withSender(parts.addresses().rewrite(wanted)).withOwner("owner-" + name);
        } catch (IOException e) {
            parts.log().warn("{}: cannot complete the owner address {}: {}", delivery.request().queueId(), wanted,
                    FileWords.of(e));
            return step.withOwner("owner-" + name);
        }
    }

    private static String firstAddress(String value) {
        for (Destination one : AliasValue.parse(value)) {
            if (one instanceof Destination.Address address) {
                return address.address();
            }
        }
        return value;
    }

    /** @param extended the address whose extension is passed on, null where none is */
    private boolean expandAll(Step inside, List<Destination> destinations,
            @Nullable AddressParts extended) {
        boolean finished = true;
        for (Destination one : destinations) {
            finished &= follow(inside, one, extended);
        }
        return finished;
    }

    private boolean follow(Step step, Destination destination,
            @Nullable AddressParts extended) {
        if (step.level() > DEEPEST) {
            return ledger.failed(step, "5.4.6", "possible alias database loop for " + step.address().full());
        }
        Rights rights = step.rights().orElse(parts.settings().defaultRights());
        return switch (destination) {
            case Destination.Command to -> {
                if (seen.isRepeated("command " + rights.uid() + (step.origin() == Step.Origin.FORWARD
                        ? " " + step.from()
                        : ""), to.command())) {
                    yield true;
                }
                yield commands.named(step, to.command(), rights);
            }
            case Destination.File to -> seen.isRepeated("file " + rights.uid(), to.path())
                    || files.deliver(step, to.path(), rights);
            case Destination.Include to -> seen.isRepeated("include " + rights.uid(), to.path())
                    || include(step, to.path(), rights);
            case Destination.Address to when to.address().startsWith("\\") -> users
                    .deliver(step.at(folded(qualified(step, to.address().substring(1)))));
            case Destination.Address to -> address(step, to.address(), extended);
        };
    }

    private static String qualified(Step step, String name) {
        return name.indexOf('@') >= 0 || step.address().domain().isEmpty()
                ? name
                : name + "@" + step.address().domain();
    }

    /** An address from an alias or a file: served here when it is local, else sent on its way as a new message. */
    private boolean address(Step step, String text, @Nullable AddressParts extended) {
        ResolveAnswer answer;
        String full;
        try {
            full = parts.addresses().rewrite(extended(step, text, extended));
            answer = parts.addresses().resolve(step.sender(), full);
        } catch (IOException e) {
            parts.log().warn("{}: address resolver failure for {}: {}", delivery.request().queueId(), text,
                    FileWords.of(e));
            return ledger.failed(step, "4.3.0", "address resolver failure");
        }
        if (answer.failed()) {
            return ledger.failed(step, "4.3.0", "address resolver failure");
        }
        if (answer.has(ResolveAnswer.ERROR)) {
            return ledger.record(full, RecipientOutcome.failed(
                    Diagnosis.of("5.1.3", "bad recipient address syntax: " + full,
                            Ledger.RELAY)));
        }
        if (answer.transport().equals(delivery.request().transport())) {
            return visit(step.at(folded(answer.recipient())));
        }
        return forward(step, answer.recipient());
    }

    private String extended(Step step, String text, @Nullable AddressParts extended) {
        if (extended == null || !parts.settings().propagate().contains(step.origin().word())) {
            return text;
        }
        int at = text.lastIndexOf('@');
        String extension = extended.delimiter() + extended.extension();
        return at < 0 ? text + extension : text.substring(0, at) + extension + text.substring(at);
    }

    private boolean forward(Step step, String address) {
        if (seen.isRepeated("forward " + step.sender() + " " + step.deliveredTo(), address)) {
            return true;
        }
        if (delivery.isProbe()) {
            return ledger.record(address, RecipientOutcome
                    .delivered("aliased to " + address, Ledger.RELAY));
        }
        forwarding.add(step, address);
        return true;
    }

    /** Empty when the user has no .forward file, or is named in it, or has no account. */
    private Optional<Boolean> forwardFile(Step step) {
        String user = step.address().user();
        if (step.origin() == Step.Origin.FORWARD && step.from().equalsIgnoreCase(user)) {
            return Optional.empty();
        }
        return switch (new ForwardFiles(parts, delivery).find(step)) {
            case ForwardFiles.Answer.None _ -> Optional.empty();
            case ForwardFiles.Answer.Problem problem -> Optional.of(ledger.failed(step, problem.trouble()));
            case ForwardFiles.Answer.Forward forward -> {
                if (seen.isRepeated("forwardfile", user)) {
                    yield Optional.of(true);
                }
                Step inside = step.inside(Step.Origin.FORWARD, user, forward.rights()).withOwner(user);
                AddressParts extended = forward.extensionUsed() ? null : step.address();
                boolean pass = extended != null && !extended.extension().isEmpty();
                yield Optional.of(expandAll(inside, forward.destinations(), pass ? extended : null));
            }
        };
    }

    private boolean include(Step step, String path, Rights rights) {
        return switch (new IncludeFiles(parts).read(path, rights)) {
            case IncludeFiles.Answer.Problem problem -> ledger.failed(step, problem.trouble());
            case IncludeFiles.Answer.Lines lines -> {
                Rights owner = lines.owner().uid() == 0 ? parts.settings().defaultRights() : lines.owner();
                yield expandAll(step.inside(Step.Origin.INCLUDE, path, owner), lines.destinations(), null);
            }
        };
    }
}
