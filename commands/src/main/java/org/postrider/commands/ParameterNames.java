package org.postrider.commands;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.postrider.common.config.ExpansionException;
import org.postrider.common.config.Parameter;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.ParameterType;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.References;
import org.postrider.common.config.WordList;

/**
 * Which parameter names mean something in a configuration: those of the catalogue, those that services of master.cf have by
 * their name, and those that an administrator made up and uses. What is set and means nothing was probably misspelt.
 */
final class ParameterNames {
    private static final Set<String> DELIVERY_PROGRAMS = Set.of("local", "error", "virtual", "smtp", "lmtp", "pipe");
    private static final String TIME_LIMIT = "_time_limit";

    private final ParameterCatalogue catalogue = ParameterCatalogue.standard();
    private final TreeMap<String, Parameter> builtin = new TreeMap<>();
    private final TreeMap<String, Parameter> service = new TreeMap<>();
    private final Set<String> user = new TreeSet<>();
    private final Set<String> referenced = new LinkedHashSet<>();
    private final Set<String> mentioned = new HashSet<>();
    private final Set<TableReference> tableFiles = new LinkedHashSet<>();
    private final Map<String, String> settings;
    private final List<ServiceRow> services;
    private Optional<ExpansionException> unreadable = Optional.empty();

    ParameterNames(Map<String, String> settings, List<ServiceRow> services) {
        this.settings = settings;
        this.services = services;
        for (Parameter parameter : catalogue.parameters()) {
            if (!parameter.legacy()) {
                builtin.put(parameter.name(), parameter);
            }
        }
        services.forEach(this::addServiceNames);
        findUsed();
    }

    Set<String> builtin() {
        return builtin.keySet();
    }

    Set<String> service() {
        return service.keySet();
    }

    Set<String> user() {
        return user;
    }

    boolean isKnown(String name) {
        return builtin.containsKey(name) || service.containsKey(name) || user.contains(name);
    }

    /** True when the program that uses a parameter evaluates it, in its own way. */
    boolean isRaw(String name) {
        return catalogue.find(name).filter(parameter -> parameter.type() == ParameterType.RAW).isPresent();
    }

    /** Set by the program itself, whatever a file says. */
    private static boolean isReadOnly(String name) {
        return MainCfReport.READ_ONLY.contains(name);
    }

    /** The names in main.cf that nothing uses, in the order of the file. */
    List<String> unused() {
        return settings.keySet().stream().filter(name -> !isKnown(name)).toList();
    }

    /** The {@code -o name=value} settings of master.cf that neither their service nor main.cf uses. */
    List<String> unusedByServices() {
        Set<String> anywhere = new HashSet<>(mentioned);
        settings.values().forEach(value -> anywhere.addAll(References.in(value)));
        List<String> unused = new ArrayList<>();
        for (ServiceRow row : services) {
            Set<String> here = mentions(row.overrides());
            row.overrides().forEach((name, value) -> {
                if (!isKnown(name) && !anywhere.contains(name) && !here.contains(name)) {
                    unused.add(name + "=" + value);
                }
            });
        }
        return unused;
    }

    /** The names that values of main.cf refer to and nobody defines. */
    List<String> undefined() {
        return referenced.stream().filter(name -> !isDefined(name)).toList();
    }

    /** The names that {@code -o} settings of a service refer to and neither it nor main.cf defines. */
    List<String> undefinedByServices() {
        Set<String> undefined = new LinkedHashSet<>();
        for (ServiceRow row : services) {
            Map<String, String> overrides = row.overrides();
            Set<String> here = new LinkedHashSet<>(classes(overrides));
            overrides.forEach(
                    (name, value) -> here.addAll(isRaw(name) || isReadOnly(name) ? Set.of() : References.in(value)));
            here.removeAll(overrides.keySet());
            undefined.addAll(here);
        }
        undefined.removeIf(name -> catalogue.find(name).isPresent() || settings.containsKey(name));
        return List.copyOf(undefined);
    }

    /** What the settings of a service may use: {@code $name}, restriction classes, the settings of tables. */
    private Set<String> mentions(Map<String, String> overrides) {
        Set<String> names = new LinkedHashSet<>(classes(overrides));
        overrides.forEach((name, value) -> {
            if (!isRaw(name)) {
                names.addAll(References.in(value));
                names.addAll(tableNames(expanded(value, overrides)));
            }
        });
        return names;
    }

    /** The words of smtpd_restriction_classes, which is evaluated, as its words are names. */
    private List<String> classes(Map<String, String> overrides) {
        return WordList.split(expanded(overrides.getOrDefault("smtpd_restriction_classes", ""), overrides));
    }

    private String expanded(String value, Map<String, String> overrides) {
        try {
            return Parameters.of(settings).with(overrides).expand(value);
        } catch (ExpansionException e) {
            unreadable = unreadable.or(() -> Optional.of(e));
            return "";
        }
    }

    /**
     * Ends the search for names where a value that had to be evaluated for it can't be.
     *
     * @throws ExpansionException the first that was met
     */
    void mustBeReadable() {
        if (unreadable.isPresent()) {
            throw unreadable.get();
        }
    }

    /** The tables in use whose settings stand in files of their own. */
    Set<TableReference> tableFiles() {
        return tableFiles;
    }

    private boolean isDefined(String name) {
        return catalogue.find(name).isPresent()
                || settings.containsKey(name)
                || services.stream().anyMatch(row -> row.overrides().containsKey(name));
    }

    private void addServiceNames(ServiceRow row) {
        if (!DELIVERY_PROGRAMS.contains(row.program())) {
            if (row.program().equals("spawn")) {
                addServiceName(row.columns().getFirst() + TIME_LIMIT);
            }
            return;
        }
        for (String suffix : catalogue.families().keySet()) {
            if (!suffix.equals(TIME_LIMIT) || row.program().equals("pipe")) {
                addServiceName(row.columns().getFirst() + suffix);
            }
        }
    }

    private void addServiceName(String name) {
        catalogue.find(name).ifPresent(parameter -> {
            builtin.remove(name);
            service.put(name, parameter);
        });
    }

    /** Follows the references of every value that somebody set, also of one that nothing uses. */
    private void findUsed() {
        Deque<String> open = new ArrayDeque<>(settings.keySet());
        for (String name : settings.keySet()) {
            if (!isKnown(name) && catalogue.find(name).filter(Parameter::legacy).isPresent()) {
                user.add(name);
            }
        }
        for (ServiceRow row : services) {
            Set<String> names = mentions(row.overrides());
            // What the service sets itself is its own, whatever main.cf says of that name.
            names.removeAll(row.overrides().keySet());
            names.forEach(name -> use(name, open));
        }
        List<String> classes = classes(settings);
        referenced.addAll(classes);
        mentioned.addAll(classes);
        classes.forEach(name -> use(name, open));
        while (!open.isEmpty()) {
            String name = open.remove();
            String value = settings.getOrDefault(name, "");
            if (!isRaw(name) && !isReadOnly(name)) {
                Set<String> names = References.in(value);
                referenced.addAll(names);
                names.forEach(each -> use(each, open));
                boolean declared = builtin.containsKey(name) || service.containsKey(name);
                List<String> ofTables = declared
                        ? tableNames(expanded(value, Map.of()))
                        : List.of();
                mentioned.addAll(ofTables);
                ofTables.forEach(each -> use(each, open));
            }
        }
    }

    private void use(String name, Deque<String> open) {
        if (settings.containsKey(name) && !isKnown(name)) {
            user.add(name);
            open.add(name);
        }
    }

    /** For {@code ldap:name}, the names that the table reads from main.cf; {@code ldap:/file} is kept for later. */
    private List<String> tableNames(String value) {
        List<String> names = new ArrayList<>();
        for (TableReference table : TableReference.in(value)) {
            Set<String> suffixes = catalogue.table(table.type()).keySet();
            if (table.isFile()) {
                tableFiles.addAll(suffixes.isEmpty() ? List.of() : List.of(table));
            } else {
                suffixes.forEach(suffix -> names.add(table.name() + "_" + suffix));
            }
        }
        return names;
    }
}
