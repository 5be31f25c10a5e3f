package org.postrider.smtpd;

import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What {@code $name} stands for in the texts of refusals: smtpd_reject_footer and default_rbl_reply of postconf(5). */
final class ReplyWords {
    private static final DateTimeFormatter LOCAL_TIME = DateTimeFormatter.ofPattern("MMM dd HH:mm:ss", Locale.ROOT);

    private ReplyWords() {}

    /** Of a session that is with these addresses now, internal form; empty where there is none. */
    static Map<String, String> of(Session session, String sender, String recipient) {
        Client client = session.client();
        Map<String, String> words = new HashMap<>();
        words.put("client", client.title());
        words.put("client_address", client.addressText());
        words.put("client_name", client.name().name());
        words.put("client_port", client.port());
        words.put("reverse_client_name", client.name().reverseName());
        words.put("helo_name", session.helo());
        putAddress(words, "sender", sender);
        putAddress(words, "recipient", recipient);
        words.put("server_name", session.settings().names().hostname());
        words.put("server_address", client.serverAddress());
        words.put("server_port", client.serverPort());
        words.put("localtime", LOCAL_TIME.format(session.site().clock().instant().atZone(session.site().zone())));
        return words;
    }

    private static void putAddress(Map<String, String> words, String name, String address) {
        words.put(name, address);
        words.put(name + "_domain", AddressText.domain(address));
        words.put(name + "_name", address.replaceFirst("@[^@]*$", ""));
    }
}
