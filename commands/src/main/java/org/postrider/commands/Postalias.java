package org.postrider.commands;

import java.util.List;
import org.postrider.common.lookup.TableSource;

/** postalias(1): asks, lists and makes alias tables, whose sources are in the form of aliases(5). */
public final class Postalias {
    private static final TableCommand.Manner MANNER = new TableCommand.Manner(TableSource.Form.ALIASES,
            "Nc:d:fijnopq:rsuvw",
            "usage: postalias [-Nfinoprsuvw] [-c config_dir] [-d key] [-q key] [map_type:]file...", ":");

    private Postalias() {}

    public static void main(String[] arguments) {
        System.exit(run(RawArguments.of(arguments), Console.ofLoggedProcess("postalias")));
    }

    static int run(List<String> arguments, Console console) {
        return TableCommand.run(arguments, MANNER, console);
    }
}
