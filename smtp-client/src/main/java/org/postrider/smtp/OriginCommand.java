package org.postrider.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Xtext;

/**
 * One XFORWARD command (XFORWARD_README), which tells a content filter where a message came from, so that the log behind the filter
 * has the client and not the filter. What is not known is left out.
 *
 * @param line the command
 * @param title as the log has it
 */
record OriginCommand(String line, String title) {
    private static final String UNKNOWN = "unknown";

    /** @param offered the attributes that the server knows, in upper case */
    static List<OriginCommand> of(DeliveryRequest request, Set<String> offered) {
        StringBuilder client = new StringBuilder();
        String name = known(request, "log_client_name");
        add(client, offered, "NAME", name.equals(UNKNOWN) ? "" : name);
        String address = known(request, "log_client_address");
        add(client, offered, "ADDR", address.indexOf(':') < 0 ? address : "IPV6:" + address);
        add(client, offered, "PORT", known(request, "log_client_port"));
        StringBuilder message = new StringBuilder();
        add(message, offered, "PROTO", known(request, "log_protocol_name"));
        add(message, offered, "HELO", known(request, "log_helo_name"));
        add(message, offered, "IDENT", known(request, "log_ident"));
        add(message, offered, "SOURCE", switch (known(request, "rewrite_context")) {
            case "local" -> "LOCAL";
            case "" -> "";
            default -> "REMOTE";
        });
        List<OriginCommand> commands = new ArrayList<>();
        if (!client.isEmpty()) {
            commands.add(new OriginCommand("XFORWARD" + client, "XFORWARD name/address command"));
        }
        if (!message.isEmpty()) {
            commands.add(new OriginCommand("XFORWARD" + message, "XFORWARD helo/protocol command"));
        }
        return commands;
    }

    private static String known(DeliveryRequest request, String attribute) {
        return request.attributes().getOrDefault(attribute, "");
    }

    private static void add(StringBuilder line, Set<String> offered, String attribute, String value) {
        if (!value.isEmpty() && offered.contains(attribute)) {
            line.append(' ').append(attribute).append('=').append(Xtext.encode(value));
        }
    }
}
