package org.postrider.services;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postrider.common.config.ConfigurationException;

/**
 * The arguments of a service of spawn(8).
 *
 * @param user whose rights the command has
 * @param group with which group; empty for the user's own
 * @param argv the program and its arguments
 */
record SpawnCommand(String user, String group, List<String> argv) {
    private static final String USER = "user=";
    private static final String ARGV = "argv=";

    static SpawnCommand parse(List<String> arguments) {
        String user = "";
        List<String> argv = List.of();
        for (int i = 0; i < arguments.size() && argv.isEmpty(); i++) {
            String argument = unbraced(arguments.get(i));
            String folded = argument.toLowerCase(Locale.ROOT);
            if (folded.startsWith(USER)) {
                user = argument.substring(USER.length());
            } else if (folded.startsWith(ARGV)) {
                argv = argv(argument.substring(ARGV.length()), arguments.subList(i + 1, arguments.size()));
            } else {
                throw new ConfigurationException("unknown attribute name: " + argument);
            }
        }
        if (user.isEmpty()) {
            throw new ConfigurationException("missing user= attribute");
        }
        if (argv.isEmpty()) {
            throw new ConfigurationException("missing argv= attribute");
        }
        int colon = user.indexOf(':');
        return new SpawnCommand(colon < 0 ? user : user.substring(0, colon),
                colon < 0 ? "" : user.substring(colon + 1), argv);
    }

    private static List<String> argv(String first, List<String> rest) {
        List<String> all = new ArrayList<>();
        if (!first.isEmpty()) {
            all.add(unbraced(first));
        }
        rest.forEach(one -> all.add(unbraced(one)));
        return List.copyOf(all);
    }

    /** {@code { text }} keeps white space together; the blanks at its ends are not part of it. */
    private static String unbraced(String argument) {
        return argument.startsWith("{") && argument.endsWith("}")
                ? argument.substring(1, argument.length() - 1).strip()
                : argument;
    }
}
