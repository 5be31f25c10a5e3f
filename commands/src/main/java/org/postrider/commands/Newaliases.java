package org.postrider.commands;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;

/** newaliases(1): sendmail under its name for making every table in alias_database, as postalias(1) does. */
public final class Newaliases {
    private Newaliases() {}

    public static void main(String[] arguments) {
        Console console = Console.ofLoggedProcess("newaliases");
        int status = Sendmail.run(List.of(arguments), console);
        console.out().flush();
        System.exit(status);
    }

    /**
     * Makes the tables.
     *
     * @param configuration the directory, null for the usual one
     * @param only the one table to make, empty for alias_database
     */
    static int make(@Nullable String configuration, String only, Console console) {
        List<String> command = new ArrayList<>();
        if (configuration != null) {
            command.addAll(List.of("-c", configuration));
        }
        command.add("--");
        List<String> tables = only.isEmpty() ? databases(configuration, console) : List.of(only);
        command.addAll(tables);
        return tables.isEmpty() ? SystemExit.OK : Postalias.run(command, console.named("postalias"));
    }

    private static List<String> databases(@Nullable String configuration, Console console) {
        return Parameters
                .of(MainCf.read(CommandParameters.directory(configuration, console.environment()).resolve("main.cf"))
                        .settings())
                .list("alias_database");
    }
}
