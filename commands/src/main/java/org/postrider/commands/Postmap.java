package org.postrider.commands;

import java.util.List;
import org.postrider.common.lookup.TableSource;

/** postmap(1): asks, lists and makes lookup tables. */
public final class Postmap {
    private static final TableCommand.Manner MANNER = new TableCommand.Manner(TableSource.Form.MAP,
            "bc:d:fFhijmnNopq:rsuUvw",
            "usage: postmap [-bfFhimnNoprsuUvw] [-c config_dir] [-d key] [-q key] [map_type:]file...", "");

    private Postmap() {}

    public static void main(String[] arguments) {
        System.exit(run(RawArguments.of(arguments), Console.ofLoggedProcess("postmap")));
    }

    /** Runs the command with these streams; returns its exit status. */
    public static int run(List<String> arguments, Console console) {
        return TableCommand.run(arguments, MANNER, console);
    }
}
