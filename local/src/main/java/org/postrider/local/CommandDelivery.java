package org.postrider.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.delivery.AddressParts;
import org.postrider.common.delivery.CommandResult;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryCommand;
import org.postrider.common.delivery.Diagnosis;
import org.postrider.common.delivery.MacroText;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.delivery.MessageCopy;
import org.postrider.common.delivery.MessageWriter;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.delivery.Rights;
import org.postrider.common.ipc.DeliveryRequest;

/** Delivery to a command's standard input. */
final class CommandDelivery {
    private static final MessageCopy COPY = new MessageCopy(MessageCopy.Format.COMMAND);
    private static final Map<String, String> CLIENT = Map.of("CLIENT_ADDRESS", "client_address", "CLIENT_HELO",
            "helo_name", "CLIENT_HOSTNAME", "client_name", "CLIENT_PROTOCOL", "protocol_name", "SASL_METHOD",
            "sasl_method", "SASL_SENDER", "sasl_sender", "SASL_USERNAME", "sasl_username");

    private final LocalParts parts;
    private final Delivery delivery;
    private final Ledger ledger;

    CommandDelivery(LocalParts parts, Delivery delivery, Ledger ledger) {
        this.parts = parts;
        this.delivery = delivery;
        this.ledger = ledger;
    }

    /** A command that an alias, a .forward file or an include file names. */
    boolean named(Step step, String command, Rights rights) {
        if (!parts.settings().commandsFrom().contains(step.origin().word())) {
            return ledger.failed(step, "5.7.1", "mail to command is restricted");
        }
        return run(step, command, rights, account(step));
    }

    /** mailbox_command for a user. */
    boolean mailbox(Step step, String command, UserAccounts.Account account) {
        Rights rights = account.uid() == 0
                ? parts.settings().defaultRights()
                : new Rights(account.uid(), account.gid(), account.name());
        return run(step, command, rights, Optional.of(account));
    }

    /** HOME and SHELL belong to the user of a .forward file; an alias's command has no home. */
    private Optional<UserAccounts.Account> account(Step step) {
        if (step.origin() != Step.Origin.FORWARD) {
            return Optional.empty();
        }
        try {
            return parts.accounts().find(step.from());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private boolean run(Step step, String text, Rights asked, Optional<UserAccounts.Account> account) {
        if (delivery.isProbe()) {
            return ledger.delivered(step, "delivers to command: " + text);
        }
        Rights rights = asked.uid() == 0 ? parts.settings().defaultRights() : asked;
        LocalSettings.Command settings = parts.settings().command();
        var command = new DeliveryCommand(arguments(settings, text), text, rights, Optional.empty(),
                directory(step, account),
                environment(step, account), settings.limit());
        return switch (parts.commands().run(command, message(step))) {
            case CommandResult.Succeeded _ -> ledger.delivered(step, "delivered to command: " + text);
            case CommandResult.Failed failed -> ledger.record(step, RecipientOutcome.failed(
                    new Diagnosis(failed.status(), Ledger.RELAY, "", "x-unix", failed.diagnostic())));
        };
    }

    private static List<String> arguments(LocalSettings.Command settings, String text) {
        return DeliveryCommand.commandLine(settings.shell(), text);
    }

    private Path directory(Step step, Optional<UserAccounts.Account> account) {
        LocalSettings.Command settings = parts.settings().command();
        if (settings.directory().isEmpty()) {
            return parts.queueDirectory();
        }
        String path = new UserMacros(step.address(), account)
                .expand(settings.directory(), settings.directoryFilter()).text();
        return path.isEmpty() ? parts.queueDirectory() : Path.of(path);
    }

    private Map<String, String> environment(Step step, Optional<UserAccounts.Account> account) {
        Map<String, String> values = new HashMap<>();
        AddressParts address = step.address();
        account.ifPresent(known -> {
            values.put("HOME", known.home());
            values.put("SHELL", known.shell());
        });
        values.put("LOGNAME", address.user());
        values.put("USER", address.user());
        values.put("SENDER", step.sender());
        values.put("RECIPIENT", address.full());
        values.put("ORIGINAL_RECIPIENT", ledger.original());
        values.put("DOMAIN", address.domain());
        values.put("LOCAL", address.local());
        values.put("EXTENSION", address.extension());
        values.put("ENVID", delivery.request().envelopeId());
        DeliveryRequest request = delivery.request();
        CLIENT.forEach((name, attribute) -> values.put(name, request.attributes().getOrDefault(attribute, "")));
        values.values().removeIf(String::isEmpty);
        values.replaceAll((_, value) -> MacroText.filtered(value, parts.settings().command().filter()));
        Map<String, String> all = new HashMap<>(parts.settings().command().environment());
        all.putAll(values);
        return all;
    }

    private MessageWriter message(Step step) {
        LocalSettings settings = parts.settings();
        String deliveredTo = settings.deliveredToFor().contains("command") ? step.deliveredTo() : "";
        var headers = new MessageCopy.Headers(step.sender(), "MAILER-DAEMON", true,
                settings.originalRecipient() ? ledger.original() : "", deliveredTo);
        Instant now = parts.clock().instant();
        return out -> {
            try (MessageContent content = delivery.content()) {
                COPY.write(headers, now, content, out);
            }
        };
    }
}
