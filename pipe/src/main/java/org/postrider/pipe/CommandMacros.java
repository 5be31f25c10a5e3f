package org.postrider.pipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.delivery.AddressParts;
import org.postrider.common.delivery.MacroText;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;

/**
 * Fills the macros of a command's arguments from a delivery request. An argument with a macro about recipients becomes one
 * argument per recipient.
 */
final class CommandMacros {
    private static final Set<String> PER_RECIPIENT = Set.of("recipient", "original_recipient", "user", "extension",
            "mailbox", "domain");
    private static final Map<String, String> CLIENT = Map.of("client_address", "client_address", "client_helo",
            "helo_name", "client_hostname", "client_name", "client_port", "client_port", "client_protocol",
            "protocol_name", "sasl_method", "sasl_method", "sasl_sender", "sasl_sender", "sasl_username",
            "sasl_username");
    private static final Set<String> PER_MESSAGE = Set.of("sender", "nexthop", "size", "queue_id", "envid");
    private static final Pattern NAME = Pattern.compile("\\$(?:\\$|[{(]?(\\w+))");

    private final PipeCommand command;
    private final DeliveryRequest request;
    private final String delimiters;

    CommandMacros(PipeCommand command, DeliveryRequest request, String delimiters) {
        this.command = command;
        this.request = request;
        this.delimiters = delimiters;
    }

    /** Refuses arguments with macros that do not exist. */
    static void check(PipeCommand command) {
        for (String argument : command.argv()) {
            for (String name : names(argument)) {
                if (!PER_RECIPIENT.contains(name) && !PER_MESSAGE.contains(name) && !CLIENT.containsKey(name)) {
                    throw new ConfigurationException("unknown macro name or expansion error: \"" + argument + '"');
                }
            }
        }
    }

    /** The command for these recipients. */
    List<String> arguments(List<Recipient> recipients) {
        List<String> all = new ArrayList<>();
        for (String argument : command.argv()) {
            if (names(argument).stream().anyMatch(PER_RECIPIENT::contains)) {
                for (Recipient recipient : recipients) {
                    all.add(MacroText.expand(argument, name -> value(name, recipient)).text());
                }
            } else {
                all.add(MacroText.expand(argument, this::messageValue).text());
            }
        }
        return all;
    }

    private static List<String> names(String argument) {
        List<String> found = new ArrayList<>();
        Matcher matcher = NAME.matcher(argument);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                found.add(matcher.group(1));
            }
        }
        return found;
    }

    private Optional<String> messageValue(String name) {
        return switch (name) {
            case "sender" -> Optional.of(sender());
            case "nexthop" -> Optional.of(folded('h', request.nexthop()));
            case "size" -> Optional.of(Long.toString(request.dataSize()));
            case "queue_id" -> Optional.of(request.queueId());
            case "envid" -> Optional.of(request.envelopeId());
            default -> Optional.of(request.attributes().getOrDefault(CLIENT.getOrDefault(name, ""), ""));
        };
    }

    private Optional<String> value(String name, Recipient recipient) {
        AddressParts parts = AddressParts.of(recipient.address(), delimiters, true);
        return switch (name) {
            case "recipient" -> Optional.of(address(recipient.address()));
            case "original_recipient" -> Optional.of(address(
                    recipient.original().isEmpty() ? recipient.address() : recipient.original()));
            case "user" -> Optional.of(folded('u', parts.user()));
            case "extension" -> Optional.of(folded('u', parts.extension()));
            case "mailbox" -> Optional.of(folded('u', parts.local()));
            case "domain" -> Optional.of(folded('h', parts.domain()));
            default -> messageValue(name);
        };
    }

    private String sender() {
        String sender = request.sender().isEmpty() ? command.nullSender() : request.sender();
        return command.has('q') ? Address.toExternal(sender) : sender;
    }

    private String address(String address) {
        int at = address.lastIndexOf('@');
        String local = folded('u', at < 0 ? address : address.substring(0, at));
        String whole = at < 0 ? local : local + "@" + folded('h', address.substring(at + 1));
        return command.has('q') ? Address.toExternal(whole) : whole;
    }

    private String folded(char flag, String text) {
        return command.has(flag) ? text.toLowerCase(Locale.ROOT) : text;
    }
}
