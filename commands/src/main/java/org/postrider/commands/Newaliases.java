package org.postrider.commands;

import java.util.ArrayList;
import java.util.List;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;

/** newaliases(1): makes every table in alias_database, as postalias(1) does. Other options of sendmail(1) are accepted and ignored. */
public final class Newaliases {
    private Newaliases() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), Console.ofProcess("newaliases")));
    }

    static int run(List<String> arguments, Console console) {
        String configuration = null;
        List<String> tables = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith("-C") || argument.startsWith("-c")) {
                configuration = argument.length() > 2 || i + 1 == arguments.size()
                        ? argument.substring(2)
                        : arguments.get(++i);
            } else if (argument.startsWith("-oA") && argument.length() > 3) {
                tables.add(argument.substring(3));
            }
        }
        try {
            if (tables.isEmpty()) {
                Parameters parameters = Parameters.of(MainCf
                        .read(CommandParameters.directory(configuration, console.environment()).resolve("main.cf"))
                        .settings());
                tables.addAll(parameters.list("alias_database"));
            }
        } catch (ConfigurationException e) {
            return console.fatal(e);
        }
        if (tables.isEmpty()) {
            return 0;
        }
        List<String> command = new ArrayList<>();
        if (configuration != null) {
            command.addAll(List.of("-c", configuration));
        }
        command.add("--");
        command.addAll(tables);
        Console named = new Console("postalias", console.in(), console.out(), console.err(), console.environment());
        return Postalias.run(command, named);
    }
}
