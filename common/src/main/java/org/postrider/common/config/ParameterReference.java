package org.postrider.common.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What there is to say about every parameter, for the reference manual: the catalogue with the help texts of
 * {@code /org/postrider/conf/help.tsv}. Read at build time and by tests; programs do without it.
 */
public final class ParameterReference {
    private static final Pattern ONE_REFERENCE = Pattern.compile("\\$\\{?([A-Za-z0-9_]+)}?");

    /**
     * One parameter.
     *
     * @param name as in the catalogue: {@code <transport>_suffix} for a family, {@code <ldap>_suffix} for a setting of tables
     * @param help what it is for; never empty
     * @param since the version of Postfix that brought it; empty when it was always there
     * @param readers the programs that use it
     */
    public record Entry(String name, Parameter parameter, String help, String since, List<String> readers) {
        public Entry {
            readers = List.copyOf(readers);
        }
    }

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, List<String>> rows = new LinkedHashMap<>();

    private ParameterReference() {
        CatalogueFile.read("help.tsv", 2, row -> texts.put(row.get(0), row.get(1)));
        CatalogueFile.read(ParameterCatalogue.FILE, ParameterCatalogue.COLUMNS, row -> {
            if (ParameterCatalogue.declares(row)) {
                rows.put(row.get(0), row);
            }
        });
    }

    /** All parameters in the order of the catalogue; one without help is an error. */
    public static List<Entry> entries() {
        ParameterReference reference = new ParameterReference();
        List<Entry> entries = new ArrayList<>();
        reference.rows.forEach((name, row) -> entries.add(new Entry(name, parameter(name), reference.help(name, row),
                row.get(5).equals("-") ? "" : row.get(5), WordList.split(row.get(6)))));
        return entries;
    }

    /** The names that have a help text of their own; for a test that none is left over. */
    static List<String> explained() {
        return List.copyOf(new ParameterReference().texts.keySet());
    }

    private static Parameter parameter(String name) {
        ParameterCatalogue catalogue = ParameterCatalogue.standard();
        int end = name.indexOf('>');
        Optional<Parameter> found = end < 0
                ? catalogue.find(name)
                : name.startsWith("<transport>")
                        ? Optional.ofNullable(catalogue.families().get(name.substring(end + 1)))
                        : Optional.ofNullable(catalogue.table(name.substring(1, end)).get(name.substring(end + 2)));
        return found.orElseThrow();
    }

    /** A parameter that stands for another one in another program is explained by that one. */
    private String help(String name, List<String> row) {
        String own = texts.get(name);
        if (own != null) {
            return own;
        }
        String ofSmtp = name.startsWith("lmtp_") ? texts.get("smtp_" + name.substring("lmtp_".length())) : null;
        if (ofSmtp != null) {
            return "For LMTP: " + lowerFirst(ofSmtp);
        }
        Matcher other = ONE_REFERENCE.matcher(row.get(1));
        String text = other.matches() ? texts.get(other.group(1)) : null;
        if (text == null) {
            throw new IllegalStateException("no help text for " + name);
        }
        return "For " + name.substring(0, name.indexOf('_')) + "(8), what " + other.group(1) + " is for others: "
                + lowerFirst(text);
    }

    private static String lowerFirst(String text) {
        boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
        return word ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
    }
}
