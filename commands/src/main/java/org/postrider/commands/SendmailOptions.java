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
        SUBMIT, VERIFY, SMTP, LIST_QUEUE, ALIASES, DAEMON, FLUSH, FLUSH_ID, FLUSH_SITE, NOTHING
    }

    private static final String WITH_VALUE = "ABCFLNORVXbefhopr";
    private static final int LONGEST_ENVELOPE_ID = 100;

    Mode mode = Mode.SUBMIT;
    boolean extract;
    boolean ignoreDots;
    boolean gateway;
    int verbose;
    private boolean interval;
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
    /** What is wrong and does not matter. */
    final List<String> warnings = new ArrayList<>();

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
        options.check();
        return options;
    }

    private void check() throws UsageException {
        boolean recipientsGiven = !recipients.isEmpty();
        switch (mode) {
            case SUBMIT -> {
                if (interval && !recipientsGiven && !extract) {
                    mode = Mode.NOTHING;
                }
            }
            case VERIFY -> refuse(extract, "-t option cannot be used with -bv");
            default -> refuse(extract, "-t can be used only in delivery mode");
        }
        switch (mode) {
            case LIST_QUEUE -> refuse(recipientsGiven, "display queue mode requires no recipient");
            case FLUSH, FLUSH_ID, FLUSH_SITE -> refuse(recipientsGiven, "flush queue mode requires no recipient");
            case ALIASES -> refuse(recipientsGiven, "alias initialization mode requires no recipient");
            case DAEMON -> refuse(recipientsGiven, "daemon mode requires no recipient");
            case SMTP -> refuse(recipientsGiven, "stand-alone mode requires no recipient");
            case SUBMIT, VERIFY, NOTHING -> {
                // Recipients have a meaning, or none.
            }
        }
    }

    private static void refuse(boolean wrong, String why) throws UsageException {
        if (wrong) {
            throw new UsageException(why);
        }
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
            case 'n' -> throw new UsageException("-n option not supported");
            case 'U', 'c', 'm', 'x' -> {
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
            case 'X' -> {
                if (!value.startsWith("V")) {
                    throw new UsageException("unsupported: -X" + (value.isEmpty() ? "" : value.substring(0, 1)));
                }
                verp = Optional.of(value.substring(1));
            }
            case 'A', 'L', 'O', 'e', 'h', 'p' -> {
                // Accepted for the sake of old programs.
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

    private int notify(String value) {
        int bits = 0;
        for (String word : value.split("[,\\s]+", -1)) {
            int bit = switch (word.toUpperCase(Locale.ROOT)) {
                case "" -> 0;
                case "NEVER" -> 1;
                case "SUCCESS" -> 2;
                case "FAILURE" -> 4;
                case "DELAY" -> 8;
                default -> -1;
            };
            if (bit < 0) {
                warnings.add("unknown DSN NOTIFY command value \"" + word + "\" in \"" + value + '"');
                return ignored("bad -N option value");
            }
            bits |= bit;
        }
        return bits == 0 || ((bits & 1) != 0 && bits != 1) ? ignored("bad -N option value") : bits;
    }

    private int returned(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "FULL" -> 1;
            case "HDRS" -> 2;
            default -> ignored("bad -R option value");
        };
    }

    /** Nothing is as good as what can't be understood. */
    private int ignored(String what) {
        warnings.add(what + " -- ignored");
        return 0;
    }

    private void envelopeId(String value) {
        if (value.isEmpty() || value.length() > LONGEST_ENVELOPE_ID
                || value.chars().anyMatch(c -> c < ' ' || c == 127)) {
            int _ = ignored("bad syntax in -V option value");
        } else {
            envelopeId = value;
        }
    }

    private void mode(String value) throws UsageException {
        mode = switch (value.isEmpty() ? ' ' : value.charAt(0)) {
            case 'm' -> Mode.SUBMIT;
            // Postfix keeps no status of hosts.
            case 'h', 'H' -> Mode.NOTHING;
            case 'd', 'l' -> Mode.DAEMON;
            case 'i' -> Mode.ALIASES;
            case 'p' -> Mode.LIST_QUEUE;
            case 's' -> Mode.SMTP;
            case 'v' -> Mode.VERIFY;
            default -> throw new UsageException("unsupported: -b" + value);
        };
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
            interval = true;
            return;
        }
        mode = switch (value.charAt(0)) {
            case 'I' -> Mode.FLUSH_ID;
            case 'R' -> Mode.FLUSH_SITE;
            default -> throw new UsageException("-q" + value.charAt(0) + " is not implemented");
        };
        target = value.substring(1);
        if (target.isEmpty()) {
            throw new UsageException("specify: -q" + (mode == Mode.FLUSH_ID ? "Iqueueid" : "Rsitename"));
        }
    }
}
