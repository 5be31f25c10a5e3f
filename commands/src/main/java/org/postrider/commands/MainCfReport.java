package org.postrider.commands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.DeprecatedParameters;
import org.postrider.common.config.ExpansionException;
import org.postrider.common.config.LegacyDefaults;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.SystemDefaults;

/** What postconf(1) prints about main.cf: values or defaults, all or some. Used once. */
final class MainCfReport {
    static final List<String> READ_ONLY = List.of("process_id", "process_name", "service_name");

    private static final List<String> HOST_VALUES = List.of("myhostname", "mydomain", "mynetworks_style",
            "inet_interfaces",
            "inet_protocols");

    private final PostconfOptions options;
    private final Console console;
    private final Map<String, String> settings;
    private final List<ServiceRow> services;
    private final ParameterNames names;
    private final Parameters parameters;
    private Optional<ExpansionException> unreadable = Optional.empty();

    /**
     * @param settings of main.cf and {@code -o}; nothing with {@code -d}
     * @param services of master.cf
     * @param host asked when something depends on it
     */
    MainCfReport(
            PostconfOptions options,
            Console console,
            Map<String, String> settings,
            List<ServiceRow> services,
            Supplier<HostFacts> host) {
        this.options = options;
        this.console = console;
        this.settings = settings;
        this.services = services;
        Map<String, String> complete = new LinkedHashMap<>(
                showsComputed(options) || refersToHost(settings) ? completed(host) : settings);
        this.names = new ParameterNames(settings, services);
        complete.put("process_name", "postconf");
        complete.put("process_id", Long.toString(ProcessHandle.current().pid()));
        this.parameters = Parameters.of(complete);
    }

    /** What is set in main.cf, shown as written, can be shown without asking the host about its networks. */
    private static boolean showsComputed(PostconfOptions options) {
        return !options.has('n') || options.has('x') || options.has('M') || options.has('P') || options.has('F');
    }

    /** What the host's own defaults are made of refers to something else, which has to be there. */
    private static boolean refersToHost(Map<String, String> settings) {
        return HOST_VALUES.stream().anyMatch(name -> settings.getOrDefault(name, "").indexOf('$') >= 0);
    }

    /** With what the host says. What can't be evaluated is fatal at once where Postfix asks for it first, else {@link #mustBeReadable}. */
    private Map<String, String> completed(Supplier<HostFacts> host) {
        try {
            return new SystemDefaults(host.get()).complete(settings);
        } catch (ExpansionException e) {
            if (HOST_VALUES.stream().anyMatch(this::isMalformed)) {
                console.warn(e.getMessage());
                throw new ConfigurationException("dictionary mail_dict: macro processing error", e);
            }
            unreadable = Optional.of(e);
            return settings;
        }
    }

    private boolean isMalformed(String name) {
        try {
            String _ = Parameters.of(settings).expand(settings.getOrDefault(name, ""));
            return false;
        } catch (ExpansionException _) {
            return true;
        }
    }

    /**
     * Ends the report where a value that everything depends on can't be evaluated.
     *
     * @throws ExpansionException with the reason
     */
    void mustBeReadable() {
        if (unreadable.isPresent()) {
            throw unreadable.get();
        }
        names.mustBeReadable();
        LegacyDefaults.of(parameters).checkLevel();
    }

    /** The effective view that the report shows. */
    Parameters parameters() {
        return parameters;
    }

    void print() {
        Collection<String> known = selected();
        for (String name : options.operands()) {
            if (!known.contains(name)) {
                console.warn(name + ": unknown parameter");
            } else if (isShown(name)) {
                printOne(name);
            }
        }
        if (options.operands().isEmpty()) {
            known.stream().filter(this::isShown).forEach(this::printOne);
        }
    }

    /** Services refer to what is not there, or set what they can't. */
    void warnOfServices() {
        warn("master.cf: undefined parameter: ", names.undefinedByServices());
        warn("master.cf: read-only parameter assignment: ", services.stream()
                .flatMap(row -> row.overrides().entrySet().stream())
                .filter(setting -> READ_ONLY.contains(setting.getKey()))
                .map(Object::toString)
                .toList());
    }

    /** What main.cf refers to and is not there; what is set and has no effect, or not the one that was meant. */
    void warnMistaken() {
        List<String> readOnly = new ArrayList<>();
        List<String> comments = new ArrayList<>();
        settings.forEach((name, value) -> {
            if (READ_ONLY.contains(name)) {
                readOnly.add(name + "=" + value);
            }
            if (FoldedText.split(value).stream().anyMatch(word -> word.startsWith("#"))) {
                comments.add(name + "=" + value);
            }
        });
        warn("main.cf: undefined parameter: ", names.undefined());
        warn("main.cf: read-only parameter assignment: ", readOnly);
        warn("main.cf: #comment after other text is not allowed: ", comments);
    }

    /** Names that are on their way out. */
    void warnDeprecated() {
        DeprecatedParameters deprecated = DeprecatedParameters.standard();
        for (String name : settings.keySet()) {
            deprecated.warning(options.directory() + "/main.cf", name).ifPresent(console::warn);
        }
        for (ServiceRow row : services) {
            for (String name : row.overrides().keySet()) {
                deprecated.warning(options.directory() + "/master.cf", name).ifPresent(console::warn);
            }
        }
    }

    /** What stands in the files of database clients and means nothing there. A malformed file is an error. */
    void warnTables() {
        for (TableReference table : names.tableFiles()) {
            Path file = Path.of(table.name());
            if (!Files.exists(file)) {
                console.warn("open \"" + table.type() + "\" configuration \"" + file + "\": No such file or directory");
                continue;
            }
            MainCf content = MainCf.read(file);
            content.warnings().forEach(console::warn);
            Set<String> known = ParameterCatalogue.standard().table(table.type()).keySet();
            content.settings().forEach((name, value) -> {
                if (!known.contains(name)) {
                    console.warn(table.type() + ":" + file + ": unused parameter: " + name + "=" + value);
                }
            });
        }
    }

    void warnUnused() {
        warn(
                "main.cf: unused parameter: ",
                names.unused().stream().map(name -> name + "=" + settings.get(name)).toList());
    }

    void warnUnusedByServices() {
        warn("master.cf: unused parameter: ", names.unusedByServices());
    }

    private void warn(String problem, List<String> what) {
        what.forEach(each -> console.warn(options.directory() + "/" + problem + each));
    }

    private Collection<String> selected() {
        List<String> selected = new ArrayList<>();
        if (options.wants("builtin")) {
            selected.addAll(names.builtin());
        }
        if (options.wants("service")) {
            selected.addAll(names.service());
        }
        if (options.wants("user") && !options.has('d')) {
            selected.addAll(names.user());
        }
        return new TreeSet<>(selected);
    }

    /** With {@code -n} only what somebody has set. */
    private boolean isShown(String name) {
        return !options.has('n') || (settings.containsKey(name) && !READ_ONLY.contains(name));
    }

    private void printOne(String name) {
        if (options.has('H') && !options.has('j')) {
            console.out().print(name + "\n");
            return;
        }
        String raw = parameters.raw(name);
        String value = options.has('x') && !names.isRaw(name) ? parameters.expand(raw) : raw;
        if (options.has('j')) {
            String words = String.join(" ", FoldedText.split(value));
            console.out().print(Json.object("name", name, "value", words) + "\n");
            return;
        }
        String label = options.has('h') ? "" : name + " =";
        FoldedText text = new FoldedText(label, options.has('f')).words(FoldedText.split(value));
        console.out().print(text + "\n");
    }
}
