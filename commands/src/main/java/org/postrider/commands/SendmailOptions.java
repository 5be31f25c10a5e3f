package org.postrider.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The command line of sendmail(1): Sendmail's own grammar, in which an option's value may be glued to its letter, many options
 * are accepted and ignored, and {@code -q} alone means something else than {@code -q} with a value.
 */
final class SendmailOptions {
    /** What is asked for. */
    enum Mode {
        SUBMIT, VERIFY, SMTP, LIST_QUEUE, ALIASES, DAEMON, FLUSH, FLUSH_ID, FLUSH_SITE
    }

    private static final String WITH_VALUE = "ABCFLNORVXbefhopr";

    Mode mode = Mode.SUBMIT;
    boolean extract;
    boolean ignoreDots;
    boolean gateway;
    int verbose;
    @Nullable
    String sender;
    @Nullable
    String fullName;
    @Nullable
    String configuration;
    String encoding = "";
    String envelopeId = "";
    /** VERP delimiters; empty text for the default ones. */
    Optional<String> verp = Optional.empty();
    /** RFC 3461 NOTIFY bits, 0 when not given. */
    int notify;
    /** RFC 3461 RET, 0 when not given, 1 full, 2 headers. */
    int dsnReturn;
    String target = "";
    final List<String> recipients = new ArrayList<>();

    /** Parses; the name under which the command was started decides the default mode. */
    static SendmailOptions parse(String calledAs, List<String> arguments) throws UsageException {
        SendmailOptions options = new SendmailOptions();
        switch (calledAs) {
            case "mailq" -> options.mode = Mode.LIST_QUEUE;
            case "newaliases" -> options.mode = Mode.ALIASES;
            case "smtpd" -> options.mode = Mode.DAEMON;
            default -> {
                // sendmail
            }
        }
        int i = 0;
        while (i < arguments.size()) {
            String argument = arguments.get(i);
            if (argument.equals("--")) {
                i++;
                break;
            }
            if (argument.length() < 2 || argument.charAt(0) != '-') {
                break;
            }
            i = options.cluster(argument, arguments, i) + 1;
        }
        options.recipients.addAll(arguments.subList(i, arguments.size()));
        return options;
    }

    /** One argument that begins with a dash; returns the index of the last argument it used. */
    private int cluster(String argument, List<String> arguments, int index) throws UsageException {
        if (argument.equals("-q")) {
            mode = Mode.FLUSH;
            return index;
        }
        for (int at = 1; at < argument.length(); at++) {
            char letter = argument.charAt(at);
            if (letter == 'q') {
                queue(argument.substring(at + 1));
                return index;
            }
            if (WITH_VALUE.indexOf(letter) < 0) {
                flag(letter);
                continue;
            }
            if (at + 1 < argument.length()) {
                value(letter, argument.substring(at + 1));
                return index;
            }
            if (index + 1 >= arguments.size()) {
                throw new UsageException("option requires an argument -- '" + letter + "'");
            }
            value(letter, arguments.get(index + 1));
            return index + 1;
        }
        return index;
    }

    private void flag(char letter) throws UsageException {
        switch (letter) {
            case 'G' -> gateway = true;
            case 'I' -> mode = Mode.ALIASES;
            case 'i' -> ignoreDots = true;
            case 't' -> extract = true;
            case 'v' -> verbose++;
            case 'U', 'c', 'm', 'n', 'x' -> {
                // Accepted for the sake of old programs.
            }
            default -> throw new UsageException("invalid option -- '" + letter + "'");
        }
    }

    private void value(char letter, String value) throws UsageException {
        switch (letter) {
            case 'B' -> encoding = encoding(value);
            case 'C' -> configuration = value;
            case 'F' -> fullName = value;
            case 'N' -> notify = notify(value);
            case 'R' -> dsnReturn = returned(value);
            case 'V' -> envelopeId(value);
            case 'b' -> mode(value);
            case 'f', 'r' -> sender = value;
            case 'o' -> option(value);
            case 'A', 'L', 'O', 'X', 'e', 'h', 'p' -> {
                if (letter == 'X' && value.startsWith("V")) {
                    verp = Optional.of(value.substring(1));
                }
            }
            default -> throw new UsageException("invalid option -- '" + letter + "'");
        }
    }

    private static String encoding(String value) throws UsageException {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "8BITMIME" -> "8bit";
            case "7BIT" -> "7bit";
            default -> throw new UsageException("-B option needs 8BITMIME or 7BIT");
        };
    }

    private static int notify(String value) throws UsageException {
        int bits = 0;
        for (String word : value.split(",", -1)) {
            bits |= switch (word.trim().toUpperCase(Locale.ROOT)) {
                case "NEVER" -> 1;
                case "SUCCESS" -> 2;
                case "FAILURE" -> 4;
                case "DELAY" -> 8;
                default ->
                    throw new UsageException("bad -N option value -- use \"success,failure,delay\" or \"never\"");
            };
        }
        if ((bits & 1) != 0 && bits != 1) {
            throw new UsageException("bad -N option value -- use \"success,failure,delay\" or \"never\"");
        }
        return bits;
    }

    private static int returned(String value) throws UsageException {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "FULL" -> 1;
            case "HDRS" -> 2;
            default -> throw new UsageException("bad -R option value -- use \"full\" or \"hdrs\"");
        };
    }

    private void envelopeId(String value) {
        envelopeId = value;
    }

    private void mode(String value) throws UsageException {
        switch (value.isEmpty() ? ' ' : value.charAt(0)) {
            case 'm', 'h', 'H' -> {
                // Submitting is what is done anyway; the others are of no use here.
            }
            case 'd', 'l' -> mode = Mode.DAEMON;
            case 'i' -> mode = Mode.ALIASES;
            case 'p' -> mode = Mode.LIST_QUEUE;
            case 's' -> mode = Mode.SMTP;
            case 'v' -> mode = Mode.VERIFY;
            default -> throw new UsageException("unsupported: -b" + value);
        }
    }

    private void option(String value) {
        switch (value.isEmpty() ? ' ' : value.charAt(0)) {
            case 'i' -> ignoreDots = true;
            case 'A' -> target = value.substring(1);
            default -> {
                // -oem, -odi, -oMr and many more: nothing to do.
            }
        }
    }

    private void queue(String value) throws UsageException {
        if (value.isEmpty()) {
            mode = Mode.FLUSH;
            return;
        }
        if (Character.isDigit(value.charAt(0))) {
            // -q15m: the queue manager has its own schedule.
            return;
        }
        mode = switch (value.charAt(0)) {
            case 'I' -> Mode.FLUSH_ID;
            case 'R' -> Mode.FLUSH_SITE;
            default -> throw new UsageException("-q" + value.charAt(0) + " is not implemented");
        };
        target = value.substring(1);
        if (target.isEmpty()) {
            throw new UsageException("-q" + value + " needs a value");
        }
    }
}
