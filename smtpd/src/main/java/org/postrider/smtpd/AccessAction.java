package org.postrider.smtpd;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.config.WordList;
import org.postrider.common.smtp.EnhancedStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the right-hand side of an access(5) table says. */
final class AccessAction {
    private static final Logger log = LoggerFactory.getLogger(AccessAction.class);
    private static final String DENIED = "Access denied";
    private static final String LATER = "Service unavailable";

    /** What can be done with the message that is to come. */
    private enum MessageAction {
        HOLD, DISCARD, FILTER, REDIRECT, BCC, PREPEND;

        static Optional<MessageAction> named(String word) {
            return Arrays.stream(values()).filter(each -> each.name().equals(word)).findFirst();
        }
    }

    private final String table;
    private final Subject subject;
    private final RestrictionParser parser;

    /** @param table for log lines */
    AccessAction(String table, Subject subject, RestrictionParser parser) {
        this.table = table;
        this.subject = subject;
        this.parser = parser;
    }

    Verdict act(Inquiry inquiry, String value) {
        int blank = 0;
        while (blank < value.length() && !Character.isWhitespace(value.charAt(blank))) {
            blank++;
        }
        String word = value.substring(0, blank);
        String text = value.substring(blank).strip();
        if (!word.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return permit(inquiry, word);
        }
        if (isReplyCode(word)) {
            return refuse(inquiry, Integer.parseInt(word), text);
        }
        Settings.Codes codes = inquiry.codes();
        String action = word.toUpperCase(Locale.ROOT);
        return switch (action) {
            case "OK", "RELAY" -> permit(inquiry, word);
            case "DUNNO" -> Verdict.DUNNO;
            case "REJECT" -> refuse(inquiry, codes.mapReject(), text);
            case "DEFER" -> refuse(inquiry, codes.mapDefer(), text);
            case "DEFER_IF_PERMIT" -> inquiry.deferIfPermit(
                    rejection(inquiry, codes.mapDefer(), text.isEmpty() ? LATER : text));
            case "DEFER_IF_REJECT" -> inquiry.deferIfReject(
                    rejection(inquiry, codes.mapDefer(), text.isEmpty() ? LATER : text));
            case "HANGUP" -> {
                inquiry.session().logStep("hangup", text, inquiry.recipient());
                yield new Verdict.Hangup();
            }
            case "WARN", "INFO" -> {
                inquiry.session().logStep(word.toLowerCase(Locale.ROOT), text, inquiry.recipient());
                yield Verdict.DUNNO;
            }
            default -> MessageAction.named(action).map(known -> onMessage(inquiry, known, text))
                    .orElseGet(() -> restrictions(inquiry, value));
        };
    }

    private Verdict restrictions(Inquiry inquiry, String value) {
        if (value.indexOf(':') >= 0) {
            log.warn("access table {} has entry with lookup table: {}", table, value);
            log.warn("do not specify lookup tables inside SMTPD access maps");
            log.warn("define a restriction class and specify its name instead.");
            return Verdict.badConfiguration();
        }
        List<String> words = WordList.split(value);
        return words.isEmpty() ? Verdict.DUNNO : parser.parse("", words, inquiry.stage(), 0).ask(inquiry);
    }

    private Verdict onMessage(Inquiry inquiry, MessageAction action, String text) {
        Optional<String> obstacle = obstacle(inquiry, action);
        if (obstacle.isPresent()) {
            log.warn("access table {}: {}", table, obstacle.get());
            return Verdict.DUNNO;
        }
        Transaction.Actions actions = inquiry.session().transaction().actions();
        switch (action) {
            case HOLD -> {
                logAction(inquiry, "hold", text.isEmpty() ? "triggers HOLD action" : text);
                actions.hold = true;
            }
            case DISCARD -> {
                logAction(inquiry, "discard", text.isEmpty() ? "triggers DISCARD action" : text);
                actions.discard = true;
                return Verdict.PERMIT;
            }
            case FILTER -> actions.filter = argument(inquiry, action, text, ":", actions.filter);
            case REDIRECT -> actions.redirect = argument(inquiry, action, text, "@", actions.redirect);
            case BCC -> {
                String copy = argument(inquiry, action, text, "@", "");
                if (!copy.isEmpty()) {
                    actions.copies.add(copy);
                }
            }
            case PREPEND -> prepend(inquiry, actions, text);
        }
        return Verdict.DUNNO;
    }

    private Verdict permit(Inquiry inquiry, String word) {
        if (inquiry.site().logsPermission(word)) {
            inquiry.session().logStep("permit", "action=" + word + " for " + subject.words() + "="
                    + inquiry.name(subject) + " from " + table, inquiry.recipient());
        }
        return Verdict.PERMIT;
    }

    /** Why the action is in vain in this list: no message can come of it, or it has come already. Empty where it is not. */
    private static Optional<String> obstacle(Inquiry inquiry, MessageAction action) {
        boolean prepends = action == MessageAction.PREPEND;
        return switch (inquiry.stage()) {
            case CLIENT, HELO -> inquiry.session().settings().conduct().delayReject()
                    ? Optional.empty()
                    : Optional.of(skipped(action));
            case SENDER, RELAY, RECIPIENT, DATA -> Optional.empty();
            case END_OF_DATA -> prepends
                    ? Optional.of("action PREPEND must be used before smtpd_end_of_data_restrictions")
                    : Optional.empty();
            case ETRN -> Optional.of(prepends
                    ? skipped(action)
                    : "action " + action + " is unavailable in smtpd_etrn_restrictions");
        };
    }

    private static String skipped(MessageAction action) {
        return "with smtpd_delay_reject=no, action " + action
                + " is always skipped in Client host or Helo command restrictions";
    }

    private String argument(Inquiry inquiry, MessageAction action, String text, String needed, String before) {
        if (!text.contains(needed)) {
            log.warn("access table {} entry \"{}\" requires {}", table, inquiry.name(subject),
                    needed.equals("@") ? "user@domain target" : "transport:destination");
            return before;
        }
        logAction(inquiry, action.name().toLowerCase(Locale.ROOT), "triggers " + action + " " + text);
        return text;
    }

    private void prepend(Inquiry inquiry, Transaction.Actions actions, String text) {
        if (text.indexOf(':') <= 0) {
            log.warn("access table {} entry \"{}\" requires header: text", table, inquiry.name(subject));
        } else {
            actions.headers.add(text);
        }
    }

    private void logAction(Inquiry inquiry, String action, String text) {
        inquiry.session().logStep(action, "<" + inquiry.name(subject) + ">: " + subject.words() + " " + text,
                inquiry.recipient());
    }

    private Verdict refuse(Inquiry inquiry, int code, String text) {
        return new Verdict.Refuse(rejection(inquiry, code, text), Verdict.Cause.RULE);
    }

    private org.postrider.common.smtp.Reply rejection(Inquiry inquiry, int code, String text) {
        String found = EnhancedStatus.atStart(text);
        String status = found.isEmpty() ? "5.7.1" : found;
        String words = found.isEmpty() ? text : EnhancedStatus.rest(text);
        return inquiry.rejection(subject, code, status, words.isEmpty() ? DENIED : words);
    }

    private static boolean isReplyCode(String word) {
        return word.length() == 3 && (word.charAt(0) == '4' || word.charAt(0) == '5')
                && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
