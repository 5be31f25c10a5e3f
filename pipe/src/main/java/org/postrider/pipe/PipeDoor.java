package org.postrider.pipe;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postrider.common.delivery.CommandResult;
import org.postrider.common.delivery.CommandRunner;
import org.postrider.common.delivery.DeliveredToCheck;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryCommand;
import org.postrider.common.delivery.Diagnosis;
import org.postrider.common.delivery.Door;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.delivery.MessageCopy;
import org.postrider.common.delivery.MessageWriter;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.delivery.Rights;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;

/**
 * Delivers a message to one run of the service's command, for all recipients of the request together; they share its fate.
 * Recipients that the message went to before (flag D) and messages over the size limit bounce without a run.
 */
final class PipeDoor implements Door {
    /**
     * What one service has beside its arguments.
     *
     * @param service its name in master.cf, also the relay in the log
     * @param command its arguments
     * @param rights whose rights the command has
     * @param queueDirectory working directory where the service names none
     * @param settings its part of main.cf
     */
    record Setup(String service, PipeCommand command, Rights rights, Path queueDirectory, PipeSettings settings) {}

    private final Setup setup;
    private final CommandRunner runner;
    private final InstantSource clock;

    PipeDoor(Setup setup, CommandRunner runner, InstantSource clock) {
        CommandMacros.check(setup.command());
        this.setup = setup;
        this.runner = runner;
        this.clock = clock;
    }

    @Override
    public void deliver(Delivery delivery) throws IOException {
        PipeCommand command = setup.command();
        if (command.sizeLimit() > 0 && delivery.request().dataSize() > command.sizeLimit()) {
            settle(delivery, delivery.recipients(), RecipientOutcome.failed(Diagnosis.of("5.2.3",
                    "message size " + delivery.request().dataSize() + " exceeds size limit " + command.sizeLimit()
                            + " imposed by pipe transport " + setup.service(),
                    setup.service())));
            return;
        }
        if (command.has('D')) {
            bounceLoops(delivery);
        }
        List<Recipient> recipients = delivery.unsettled();
        if (!recipients.isEmpty()) {
            settle(delivery, recipients, delivery.isProbe()
                    ? RecipientOutcome.delivered("delivers to command: " + command.argv().getFirst(), setup.service())
                    : run(delivery, recipients));
        }
    }

    private static void settle(Delivery delivery, List<Recipient> recipients, RecipientOutcome outcome) {
        for (Recipient recipient : recipients) {
            delivery.settle(recipient, outcome);
        }
    }

    private void bounceLoops(Delivery delivery) throws IOException {
        DeliveredToCheck visited;
        try (MessageContent content = delivery.content()) {
            visited = DeliveredToCheck.read(content);
        }
        for (Recipient recipient : delivery.recipients()) {
            if (visited.contains(Address.toExternal(recipient.address()))) {
                delivery.settle(recipient, RecipientOutcome.failed(Diagnosis.of("5.4.6",
                        "mail forwarding loop for " + recipient.address(), setup.service())));
            }
        }
    }

    private RecipientOutcome run(Delivery delivery, List<Recipient> recipients) {
        DeliveryRequest request = delivery.request();
        List<String> arguments = new CommandMacros(setup.command(), request, setup.settings().delimiters())
                .arguments(recipients);
        String root = setup.command().root();
        String directory = setup.command().directory();
        Path start = !directory.isEmpty() ? Path.of(directory) : root.isEmpty() ? setup.queueDirectory() : Path.of("/");
        var command = new DeliveryCommand(arguments, arguments.getFirst(), setup.rights(),
                root.isEmpty() ? Optional.empty() : Optional.of(Path.of(root)), start, setup.settings().environment(),
                setup.settings().limit());
        return switch (runner.run(command, message(delivery, recipients.getFirst()))) {
            case CommandResult.Succeeded done -> new RecipientOutcome.Delivered(
                    Diagnosis.of("2.0.0", "delivered via " + setup.service() + " service"
                            + (done.output().isEmpty() ? "" : " (" + done.output() + ")"), setup.service()),
                    setup.command().has('X') ? "delivered" : "relayed");
            case CommandResult.Failed failed -> RecipientOutcome.failed(new Diagnosis(failed.status(),
                    setup.service(), "", "x-unix", failed.diagnostic()));
        };
    }

    private MessageWriter message(Delivery delivery, Recipient first) {
        PipeCommand command = setup.command();
        var format = new MessageCopy.Format(command.has('F'), command.has('>'), command.has('B'), command.has('.'),
                command.lineEnd());
        String original = first.original().isEmpty() ? first.address() : first.original();
        String sender = delivery.request().sender().isEmpty() && command.has('R')
                ? replacedNullSender()
                : delivery.request().sender();
        var headers = new MessageCopy.Headers(sender, command.nullSender(), command.has('R'),
                command.has('O') && setup.settings().originalRecipient() ? original : "",
                command.has('D') ? first.address() : "");
        MessageCopy copy = new MessageCopy(format);
        Instant now = clock.instant();
        return out -> {
            try (MessageContent content = delivery.content()) {
                copy.write(headers, now, content, out);
            }
        };
    }

    /** null_sender= also stands in Return-Path. */
    private String replacedNullSender() {
        return setup.command().nullSender();
    }
}
