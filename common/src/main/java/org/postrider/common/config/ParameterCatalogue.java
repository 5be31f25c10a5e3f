package org.postrider.common.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every parameter that main.cf may hold, with type, default and bounds, from {@code /org/postrider/conf/parameters.tsv}.
 * Immutable once read; safe for every thread.
 *
 * <p>A row named {@code <transport>_suffix} declares a family: any name that ends with the suffix and has something before it is
 * a parameter ({@code relay_destination_rate_delay}). Rows named {@code <ldap>_...} declare what a table of that type reads.
 */
public final class ParameterCatalogue {
    static final String FILE = "parameters.tsv";
    static final int COLUMNS = 8;

    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Parameter> families = new LinkedHashMap<>();
    private final Map<String, Map<String, Parameter>> tables = new LinkedHashMap<>();
    private final Map<String, String> readers = new LinkedHashMap<>();

    private ParameterCatalogue() {
        CatalogueFile.read(FILE, COLUMNS, this::add);
    }

    /** The catalogue that comes with this version. */
    public static ParameterCatalogue standard() {
        return Standard.CATALOGUE;
    }

    /** The declared parameter of this name, or the member of a family that it is. */
    public Optional<Parameter> find(String name) {
        Parameter exact = parameters.get(name);
        return exact != null ? Optional.of(exact) : findMember(name);
    }

    /** All declared parameters in the order of their names, families left out. */
    public Collection<Parameter> parameters() {
        return Collections.unmodifiableCollection(parameters.values());
    }

    /** The families by suffix, such as {@code _destination_concurrency_limit}. */
    public Map<String, Parameter> families() {
        return Collections.unmodifiableMap(families);
    }

    /** What a lookup table of this type ({@code ldap}, {@code mysql}, ...) reads, by name without the table's name before it. */
    public Map<String, Parameter> table(String type) {
        return Collections.unmodifiableMap(tables.getOrDefault(type, Map.of()));
    }

    /** The names of the parameters that one of these programs reads, families left out; {@code ALL} stands for those of all programs. */
    public List<String> readBy(Set<String> programs) {
        List<String> names = new ArrayList<>();
        readers.forEach((name, list) -> {
            for (String program : list.split(",", -1)) {
                if (programs.contains(program)) {
                    names.add(name);
                    return;
                }
            }
        });
        return names;
    }

    private Optional<Parameter> findMember(String name) {
        for (int at = name.indexOf('_', 1); at > 0; at = name.indexOf('_', at + 1)) {
            Parameter family = families.get(name.substring(at));
            if (family != null) {
                return Optional.of(family.named(name));
            }
        }
        return Optional.empty();
    }

    /** False for a row about a name that is none, or that is a member of a family. */
    static boolean declares(List<String> row) {
        String note = row.get(7);
        return !note.startsWith("documented but") && !note.startsWith("per-transport")
                && !note.startsWith("instance of");
    }

    private void add(List<String> row) {
        String name = row.get(0);
        String type = row.get(2);
        String note = row.get(7);
        if (!declares(row)) {
            return;
        }
        boolean legacy = note.startsWith("legacy name");
        boolean computed = type.equals("string(fn)") || note.startsWith("ad-hoc runtime");
        Parameter parameter = new Parameter(
                name,
                legacy ? "" : computed ? fallback(name) : row.get(1),
                type(type),
                type.startsWith("time(") ? type.charAt(5) : 's',
                bound(row.get(3), Long.MIN_VALUE),
                bound(row.get(4), Long.MAX_VALUE),
                computed,
                legacy);
        int family = name.indexOf('>');
        if (family < 0) {
            parameters.put(name, parameter);
            readers.put(name, row.get(6));
        } else if (name.startsWith("<transport>")) {
            families.put(name.substring(family + 1), parameter);
        } else {
            tables.computeIfAbsent(name.substring(1, family), _ -> new LinkedHashMap<>())
                    .put(name.substring(family + 2), parameter.named(name.substring(family + 2)));
        }
    }

    /** What a computed parameter is where nothing was computed: a host that has a loopback interface only. */
    private static String fallback(String name) {
        return switch (name) {
            case "myhostname" -> "localhost.localdomain";
            case "mydomain" -> "localdomain";
            case "mynetworks" -> "127.0.0.0/8 [::1]/128";
            default -> "";
        };
    }

    private static ParameterType type(String text) {
        return switch (text) {
            case "int", "nint" -> ParameterType.INT;
            case "long" -> ParameterType.LONG;
            case "bool", "nbool" -> ParameterType.BOOL;
            case "raw" -> ParameterType.RAW;
            default -> text.startsWith("time(") ? ParameterType.TIME : ParameterType.STRING;
        };
    }

    private static long bound(String text, long none) {
        return text.isEmpty() ? none : Long.parseLong(text);
    }

    /** Loaded by the first caller, then never changed. */
    private static final class Standard {
        static final ParameterCatalogue CATALOGUE = new ParameterCatalogue();
    }
}
