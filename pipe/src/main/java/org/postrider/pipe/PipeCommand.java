package org.postrider.pipe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.EscapedText;

/**
 * The arguments of one pipe service in master.cf: {@code flags= user= null_sender= eol= chroot= directory= size= argv=}, the last one
 * taking the rest.
 *
 * @param flags the letters of flags=
 * @param user name before the colon of user=
 * @param group name after the colon; empty for the user's own
 * @param argv the command with its macros
 * @param lineEnd what ends a line of the message
 * @param sizeLimit greatest message, 0 for no limit
 * @param root chroot=, the command's root directory; empty for none
 * @param directory working directory, inside root; empty for the queue directory, or for root itself
 * @param nullSender what stands for the null sender
 */
record PipeCommand(Set<Character> flags, String user, String group, List<String> argv, String lineEnd, long sizeLimit,
        String root, String directory, String nullSender) {
    private static final String KNOWN_FLAGS = "BDFORXhqu.>";

    /** True when this letter is in flags=. */
    boolean has(char flag) {
        return flags.contains(flag);
    }

    /** Reads the arguments of the service. */
    static PipeCommand parse(List<String> arguments) {
        Builder builder = new Builder();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = unbraced(arguments.get(i));
            if (argument.toLowerCase(Locale.ROOT).startsWith("argv=")) {
                builder.argv(argument.substring(5), arguments.subList(i + 1, arguments.size()));
                break;
            }
            builder.set(argument);
        }
        return builder.build();
    }

    /** {@code { text }} keeps white space together; the blanks at its ends are not part of it. */
    static String unbraced(String argument) {
        return argument.startsWith("{") && argument.endsWith("}")
                ? argument.substring(1, argument.length() - 1).strip()
                : argument;
    }

    private static final class Builder {
        private String flags = "";
        private String user = "";
        private String lineEnd = "\n";
        private String root = "";
        private String directory = "";
        private String nullSender = "MAILER-DAEMON";
        private long sizeLimit;
        private List<String> argv = List.of();

        void set(String argument) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals).toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : argument.substring(equals + 1);
            switch (name) {
                case "flags" -> flags = checkedFlags(value);
                case "user" -> user = value;
                case "eol" -> lineEnd = EscapedText.unescaped(value);
                case "directory" -> directory = value;
                case "null_sender" -> nullSender = value;
                case "size" -> sizeLimit = size(value);
                case "chroot" -> root = value;
                default -> throw new ConfigurationException("unknown pipe attribute: " + argument);
            }
        }

        private static String checkedFlags(String value) {
            for (int i = 0; i < value.length(); i++) {
                if (KNOWN_FLAGS.indexOf(value.charAt(i)) < 0) {
                    throw new ConfigurationException("unknown flag: " + value.charAt(i));
                }
            }
            return value;
        }

        private static long size(String value) {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException _) {
                throw new ConfigurationException("bad size argument: size=" + value);
            }
        }

        void argv(String first, List<String> rest) {
            List<String> all = new ArrayList<>();
            if (!first.isEmpty()) {
                all.add(unbraced(first));
            }
            rest.forEach(one -> all.add(unbraced(one)));
            argv = List.copyOf(all);
        }

        PipeCommand build() {
            if (user.isEmpty()) {
                throw new ConfigurationException("missing user= command-line attribute");
            }
            if (argv.isEmpty()) {
                throw new ConfigurationException("missing argv= command-line attribute");
            }
            int colon = user.indexOf(':');
            Set<Character> letters = new HashSet<>();
            flags.chars().forEach(c -> letters.add((char) c));
            return new PipeCommand(Set.copyOf(letters), colon < 0 ? user : user.substring(0, colon),
                    colon < 0 ? "" : user.substring(colon + 1), argv, lineEnd, sizeLimit, root, directory,
                    nullSender);
        }
    }
}
