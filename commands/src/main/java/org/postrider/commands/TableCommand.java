package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.LegacyDefaults;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.TableSource;

/**
 * What postmap(1) and postalias(1) have in common: the command line, and which of asking, listing, making, adding and removing it
 * asks for. The exit status is 0 or 1.
 */
final class TableCommand {
    /** What differs between the two. */
    record Manner(TableSource.Form form, String letters, String usage, String afterKey) {}

    private static final String ONE_MODE = "specify only one of -s -q or -d";

    private final Manner manner;
    private final Console console;
    private final TableChoices choices = new TableChoices();
    private @Nullable String configuration;
    private @Nullable String query;
    private @Nullable String delete;
    private boolean list;
    private boolean incremental;

    private TableCommand(Manner manner, Console console) {
        this.manner = manner;
        this.console = console;
    }

    static int run(List<String> arguments, Manner manner, Console console) {
        try {
            return new TableCommand(manner, console).run(arguments);
        } catch (ConfigurationException | IOException e) {
            return console.fatal(e);
        } finally {
            console.out().flush();
        }
    }

    private int run(List<String> arguments) throws IOException {
        List<String> names;
        try {
            Options options = Options.parse(manner.letters, arguments);
            for (Options.Option option : options.given()) {
                take(option);
            }
            names = options.operands();
        } catch (UsageException e) {
            console.err().print(console.command() + ": " + e.getMessage() + "\n");
            return console.fatal(manner.usage);
        }
        console.problems().configuration(configuration);
        Path main = CommandParameters.directory(configuration, console.environment()).resolve("main.cf");
        Parameters parameters = Parameters.of(MainCf.read(main).settings());
        LegacyDefaults.of(parameters).checkLevel();
        checkMessageMode();
        if (!list && names.isEmpty()) {
            return console.fatal(manner.usage);
        }
        List<String> titles = names.stream().map(name -> typed(name, parameters)).toList();
        return run(titles, parameters);
    }

    private int run(List<String> titles, Parameters parameters) throws IOException {
        TableQuery questions = new TableQuery(manner, choices, parameters,
                CommandTables.services(configuration, console.environment()), console);
        TableBuild build = new TableBuild(manner.form, choices, parameters, console);
        if (query != null) {
            return status(query.equals("-") ? questions.askAll(titles) : questions.ask(titles, query));
        }
        if (delete != null) {
            List<String> keys = delete.equals("-") ? lines() : List.of(delete);
            boolean any = false;
            for (String title : titles) {
                any |= title.startsWith("proxy:") ? questions.remove(title, keys) : build.remove(title, keys);
            }
            return status(any);
        }
        for (String title : titles) {
            if (list) {
                questions.list(title);
            } else if (incremental) {
                build.add(title);
            } else {
                build.make(title);
            }
        }
        return status(!titles.isEmpty());
    }

    private static int status(boolean found) {
        return found ? 0 : 1;
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        ByteLines in = new ByteLines(console.in(), console.out());
        for (String line = in.next(); line != null; line = in.next()) {
            lines.add(line);
        }
        return lines;
    }

    private void checkMessageMode() {
        boolean message = choices.headers || choices.body;
        if ((message || choices.mime) && !"-".equals(query)) {
            throw new ConfigurationException("specify -b -h or -m only with \"-q -\"");
        }
        if (choices.mime && !message) {
            console.warn("ignoring -m option without -b or -h");
        }
    }

    private void take(Options.Option option) {
        switch (option.letter()) {
            case 'c' -> configuration = option.value();
            case 'q' -> {
                only(ONE_MODE);
                query = option.value();
            }
            case 'd' -> {
                only(ONE_MODE);
                delete = option.value();
            }
            case 's' -> {
                only("specify only one of -s or -q or -d");
                list = true;
            }
            case 'i' -> incremental = true;
            case 'f' -> choices.fold = false;
            case 'F' -> choices.files = true;
            case 'r' -> {
                choices.replace = true;
                choices.quiet = false;
            }
            case 'w' -> {
                choices.replace = false;
                choices.quiet = true;
            }
            case 'o' -> choices.keepPrivileges = true;
            case 'p' -> choices.standardMode = true;
            case 'N' -> choices.withEnd = Optional.of(true);
            case 'n' -> choices.withEnd = Optional.of(false);
            case 'u' -> choices.utf8 = false;
            case 'U' -> choices.utf8Always = true;
            case 'h' -> choices.headers = true;
            case 'b' -> choices.body = true;
            case 'm' -> choices.mime = true;
            case 'j' -> choices.json = true;
            default -> {
                // -v: there is nothing more to say.
            }
        }
    }

    private void only(String complaint) {
        if (query != null || delete != null || list) {
            throw new ConfigurationException(complaint);
        }
    }

    /** {@code type:name}; a name alone is of default_database_type. */
    private static String typed(String name, Parameters parameters) {
        int colon = name.indexOf(':');
        return colon >= 0 && name.lastIndexOf('/', colon) < 0
                ? name
                : parameters.string("default_database_type") + ':' + name;
    }
}
