package org.postrider.smtpd;

import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.smtp.Reply;

/**
 * smtpd_reject_footer: text added to replies that refuse. {@code \c} at its start joins it to the last line, {@code \n} starts a new
 * line, {@code $name} stands for what is known of the session. Immutable.
 */
final class ReplyFooter {
    private static final DateTimeFormatter LOCAL_TIME = DateTimeFormatter.ofPattern("MMM dd HH:mm:ss", Locale.ROOT);

    private final String standard;
    private final TableList maps;

    /**
     * @param standard not expanded; empty for none
     * @param maps smtpd_reject_footer_maps: templates by the whole reply
     */
    ReplyFooter(String standard, TableList maps) {
        this.standard = standard;
        this.maps = maps;
    }

    /** The reply with the footer, when it refuses and there is one. */
    Reply apply(Session session, Reply reply) {
        if (!reply.isFailure()) {
            return reply;
        }
        String template = !maps.isEmpty() && maps.find(reply.inOneLine()) instanceof LookupResult.Found(String own)
                ? own
                : standard;
        if (template.isEmpty()) {
            return reply;
        }
        boolean joined = template.startsWith("\\c");
        List<String> text = new ArrayList<>(reply.text());
        List<String> footer = List.of(expand(session, joined ? template.substring(2) : template).split("\\\\n", -1));
        int first = 0;
        if (joined) {
            text.set(text.size() - 1, text.getLast() + footer.getFirst());
            first = 1;
        }
        text.addAll(footer.subList(first, footer.size()));
        return new Reply(reply.code(), reply.status(), text);
    }

    private String expand(Session session, String text) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '$' || at == text.length()) {
                out.append(c);
                continue;
            }
            boolean braced = text.charAt(at) == '{' || text.charAt(at) == '(';
            int start = braced ? at + 1 : at;
            int end = start;
            while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
                end++;
            }
            out.append(end == start ? "$" : printable(value(session, text.substring(start, end))));
            at = braced && end < text.length() ? end + 1 : end;
        }
        return out.toString();
    }

    private static String value(Session session, String name) {
        Client client = session.client();
        return switch (name) {
            case "client_address" -> client.addressText();
            case "client_name" -> client.name().name();
            case "client_port" -> client.port();
            case "helo_name" -> session.helo();
            case "sender" -> session.transaction().sender();
            case "recipient" -> session.transaction().firstRecipient();
            case "server_name" -> session.settings().names().hostname();
            case "server_address" -> client.serverAddress();
            case "server_port" -> client.serverPort();
            case "localtime" -> LOCAL_TIME
                    .format(session.site().clock().instant().atZone(session.site().zone()));
            default -> "";
        };
    }

    /** What clients give must not break the reply. */
    private static String printable(String value) {
        StringBuilder text = new StringBuilder(value);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                text.setCharAt(i, '_');
            }
        }
        return text.toString();
    }
}
