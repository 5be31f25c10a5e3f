package org.postrider.commands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.ExpansionException;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.LogicalLine;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceText;
import org.postrider.common.config.SystemDefaults;

/**
 * The postconf(1) command: shows and changes main.cf and master.cf. Reads the files itself through the parsers of room config;
 * nothing else of the mail system needs to run or be set up. The exit status is 1 after a fatal error, otherwise 0.
 */
public final class Postconf {
    private final PostconfOptions options;
    private final Console console;

    private Postconf(PostconfOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    /** The command line. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess("postconf");
        int status = run(RawArguments.of(arguments), console);
        console.out().flush();
        System.exit(status);
    }

    /** Runs the command with these streams; returns its exit status. */
    public static int run(List<String> arguments, Console console) {
        try {
            return new Postconf(PostconfOptions.parse(arguments, console), console).run();
        } catch (ExpansionException e) {
            console.warn(e.getMessage());
            return console.fatal("macro processing error");
        } catch (ConfigurationException e) {
            return console.fatal(e.getMessage());
        }
    }

    private int run() {
        if (options.has('T')) {
            return new BuildFeatures(console, options.has('j')).printTls(options.tlsMode());
        }
        for (char list : new char[]{'a', 'A', 'l', 'm'}) {
            if (options.has(list)) {
                new BuildFeatures(console, options.has('j')).print(list);
                return 0;
            }
        }
        if (options.has('j') && (options.has('b') || options.has('t') || editMode() != 0)) {
            throw new ConfigurationException("-j is for what is shown, not for templates and edits");
        }
        if (options.has('b') || options.has('t')) {
            showNotices();
        } else if (editMode() != 0) {
            edit(editMode());
        } else {
            show();
        }
        return 0;
    }

    private void showNotices() {
        Parameters parameters = Parameters.of(new SystemDefaults(HostFacts.ask()).complete(warned(this::settings)));
        new NoticeReport(parameters, console).print(options.operands(), options.has('b'));
    }

    private char editMode() {
        return options.has('e') ? 'e' : options.has('X') ? 'X' : options.has('#') ? '#' : 0;
    }

    private char masterPart() {
        return options.has('M') ? 'M' : options.has('F') ? 'F' : options.has('P') ? 'P' : 0;
    }

    private void edit(char mode) {
        Path file = options.directory().resolve(masterPart() == 0 ? "main.cf" : "master.cf");
        EditedFile.Edit edit = masterPart() == 0
                ? new MainCfEdit(mode, options.operands(), file.toString(), console)
                : new MasterCfEdit(mode, masterPart(), options.operands(), file.toString(), console);
        new EditedFile(file).replace(edit);
    }

    private void show() {
        Map<String, String> settings = options.has('d') ? Map.of() : warned(this::settings);
        List<ServiceRow> services = warned(this::services);
        MainCfReport main = new MainCfReport(options, console, settings, services, HostFacts::ask);
        boolean complains = !options.has('d') && !options.has('q');
        if (complains) {
            main.warnOfServices();
        }
        main.mustBeReadable();
        if (complains) {
            main.warnMistaken();
            main.warnDeprecated();
            main.warnTables();
        }
        if (masterPart() == 0) {
            main.print();
        } else {
            new MasterCfReport(options, console, main.parameters(), services).print();
        }
        console.out().flush();
        if (complains && masterPart() == 0) {
            main.warnUnused();
        }
        if (complains) {
            main.warnUnusedByServices();
        }
    }

    /** What was read, after the warnings about it, which are told even if it can't be read to its end. */
    private <T> T warned(Function<List<String>, T> reading) {
        List<String> warnings = new ArrayList<>();
        try {
            return reading.apply(warnings);
        } finally {
            warnings.forEach(console::warn);
        }
    }

    private Map<String, String> settings(List<String> warnings) {
        MainCf file = MainCf.read(options.directory().resolve("main.cf"), warnings);
        Map<String, String> settings = new LinkedHashMap<>(file.settings());
        if (options.directoryGiven()) {
            settings.put("config_directory", options.directory().toString());
        }
        settings.putAll(options.overrides());
        return settings;
    }

    /** The services; without a master.cf there are none, unless they are what is asked for. */
    private List<ServiceRow> services(List<String> warnings) {
        Path file = options.directory().resolve("master.cf");
        if (masterPart() == 0 && !Files.exists(file)) {
            warnings.add("open " + file + ": No such file or directory");
            return List.of();
        }
        List<ServiceRow> services = new ArrayList<>();
        for (LogicalLine line : LogicalLine.read(file, warnings)) {
            services.add(ServiceRow.of(
                    ServiceText.parse(line.text(), "file " + file + ": line " + line.number() + ": ")));
        }
        return services;
    }
}
