package org.postrider.commands;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.postrider.common.config.Parameter;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.ParameterType;
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
    private final Set<String> referencedByServices = new LinkedHashSet<>();
    private final Map<String, String> settings;
    private final List<ServiceRow> services;

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

    /** The names in main.cf that nothing uses, in the order of the file. */
    List<String> unused() {
        return settings.keySet().stream().filter(name -> !isKnown(name)).toList();
    }

    /** The {@code -o name=value} settings of master.cf that nothing uses. */
    List<String> unusedByServices() {
        List<String> unused = new ArrayList<>();
        for (ServiceRow row : services) {
            row.overrides().forEach((name, value) -> {
                if (!isKnown(name) && !referenced.contains(name) && !referencedByServices.contains(name)) {
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

    /** The names that {@code -o} settings of master.cf refer to and nobody defines. */
    List<String> undefinedByServices() {
        return referencedByServices.stream().filter(name -> !isDefined(name)).toList();
    }

    private boolean isDefined(String name) {
        return catalogue.find(name).isPresent()
                || settings.containsKey(name)
                || services.stream().anyMatch(row -> row.overrides().containsKey(name));
    }

    private void addServiceNames(ServiceRow row) {
        if (row.columns().get(1).equals("inet") || !DELIVERY_PROGRAMS.contains(row.program())) {
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
        Optional<Parameter> parameter = catalogue.find(name);
        if (!builtin.containsKey(name) && parameter.isPresent()) {
            service.put(name, parameter.get());
        }
    }

    /** Follows the references from what is known to what becomes known by them. */
    private void findUsed() {
        Deque<String> open = new ArrayDeque<>();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (isKnown(setting.getKey()) || catalogue.find(setting.getKey()).filter(Parameter::legacy).isPresent()) {
                user.addAll(builtin.containsKey(setting.getKey()) || service.containsKey(setting.getKey())
                        ? List.of()
                        : List.of(setting.getKey()));
                open.add(setting.getKey());
            }
        }
        for (ServiceRow row : services) {
            row.overrides().values().forEach(value -> referencedByServices.addAll(References.in(value)));
        }
        List<String> used = new ArrayList<>(referencedByServices);
        used.addAll(WordList.split(settings.getOrDefault("smtpd_restriction_classes", "")));
        used.forEach(name -> use(name, open));
        while (!open.isEmpty()) {
            String name = open.remove();
            String value = settings.getOrDefault(name, "");
            if (catalogue.find(name).map(Parameter::type).orElse(ParameterType.STRING) != ParameterType.RAW) {
                Set<String> names = References.in(value);
                referenced.addAll(names);
                names.forEach(each -> use(each, open));
            }
            tableNames(value).forEach(each -> use(each, open));
        }
    }

    private void use(String name, Deque<String> open) {
        if (settings.containsKey(name) && !isKnown(name)) {
            user.add(name);
            open.add(name);
        }
    }

    /** For {@code ldap:name}, the names that the table reads from main.cf. */
    private List<String> tableNames(String value) {
        List<String> names = new ArrayList<>();
        for (String word : WordList.split(value)) {
            String table = word.startsWith("proxy:") ? word.substring("proxy:".length()) : word;
            int colon = table.indexOf(':');
            if (colon > 0 && colon + 1 < table.length() && table.charAt(colon + 1) != '/') {
                String prefix = table.substring(colon + 1) + "_";
                catalogue.table(table.substring(0, colon)).keySet().forEach(suffix -> names.add(prefix + suffix));
            }
        }
        return names;
    }
}
