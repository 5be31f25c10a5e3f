package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.smtp.Reply;

/**
 * smtpd_reject_footer: text added to replies that refuse. {@code \c} at its start joins it to the last line, {@code \n} starts a new
 * line, {@code $name} stands for what is known of the session. Immutable.
 */
final class ReplyFooter {
    private final String standard;
    private final TableList maps;
    private final ExpansionFilter filter;

    /**
     * @param standard not expanded; empty for none
     * @param maps smtpd_reject_footer_maps: templates by the whole reply
     */
    ReplyFooter(String standard, TableList maps, ExpansionFilter filter) {
        this.standard = standard;
        this.maps = maps;
        this.filter = filter;
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
        Map<String, String> words = ReplyWords.of(session, session.transaction().sender(),
                session.transaction().firstRecipient());
        words.replaceAll((_, value) -> filter.apply(value));
        return ReplyTemplate.expand(text, words);
    }
}
