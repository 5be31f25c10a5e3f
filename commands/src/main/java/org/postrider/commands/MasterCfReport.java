package org.postrider.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/** What postconf(1) prints about master.cf with {@code -M}, {@code -F} and {@code -P}. Used once. */
final class MasterCfReport {
    private final PostconfOptions options;
    private final Console console;
    private final Parameters parameters;
    private final List<ServiceRow> services;

    MasterCfReport(PostconfOptions options, Console console, Parameters parameters, List<ServiceRow> services) {
        this.options = options;
        this.console = console;
        this.parameters = parameters;
        this.services = services;
    }

    void print() {
        List<ServicePattern> patterns = options.operands().stream().map(this::pattern).toList();
        List<ServicePattern> unmatched = new ArrayList<>(patterns);
        for (ServiceRow row : services) {
            if (options.has('M')) {
                printRow(row, patterns, unmatched);
            } else {
                printNamed(row, patterns, unmatched);
            }
        }
        unmatched.forEach(pattern -> console.warn("unmatched request: \"" + pattern.text() + "\""));
    }

    private ServicePattern pattern(String operand) {
        ServicePattern pattern = ServicePattern.parse(operand);
        if (options.has('M') && pattern.parts().size() > 2) {
            throw new ConfigurationException("-M option requires service_name[/type]");
        }
        if (operand.chars().filter(c -> c == '/').count() > 2) {
            throw new ConfigurationException(options.has('F')
                    ? "-F option requires service_name[/type[/field]]"
                    : "-P option requires service_name[/type[/parameter]]");
        }
        if (options.has('F') && !pattern.part(2).equals("*")) {
            ServiceRow.checkField(pattern.part(2));
        }
        return pattern;
    }

    private void printRow(ServiceRow row, List<ServicePattern> patterns, List<ServicePattern> unmatched) {
        if (patterns.isEmpty()) {
            printRow(row);
        }
        for (ServicePattern pattern : patterns) {
            if (pattern.matches(row)) {
                printRow(row);
                unmatched.remove(pattern);
            }
        }
    }

    private void printRow(ServiceRow row) {
        ServiceRow shown = options.has('x') ? row.expanded(view(row)::expand) : row;
        String line = options.has('j') ? json(shown) : shown.format(options.has('f'));
        console.out().print(line + "\n");
    }

    private static String json(ServiceRow row) {
        List<String> members = new ArrayList<>();
        for (int field = 0; field < ServiceRow.FIELDS.size(); field++) {
            members.add(ServiceRow.FIELDS.get(field));
            members.add(row.field(field));
        }
        return Json.object(members.toArray(String[]::new));
    }

    private void printNamed(ServiceRow row, List<ServicePattern> patterns, List<ServicePattern> unmatched) {
        Map<String, String> values = options.has('F') ? fields(row) : new TreeMap<>(row.overrides());
        values.keySet().removeAll(MainCfReport.READ_ONLY);
        if (patterns.isEmpty()) {
            values.forEach((name, value) -> printValue(row, name, value));
        }
        for (ServicePattern pattern : patterns) {
            values.forEach((name, value) -> {
                if (pattern.matches(row) && pattern.matchesName(name)) {
                    printValue(row, name, value);
                    unmatched.remove(pattern);
                }
            });
        }
    }

    private static Map<String, String> fields(ServiceRow row) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int field = 0; field < ServiceRow.FIELDS.size(); field++) {
            fields.put(ServiceRow.FIELDS.get(field), row.field(field));
        }
        return fields;
    }

    private void printValue(ServiceRow row, String name, String value) {
        String label = row.identity() + "/" + name;
        if (options.has('j')) {
            String shown = options.has('x') ? view(row).expand(value) : value;
            console.out().print(Json.object("service", row.columns().get(0), "type", row.columns().get(1),
                    options.has('F') ? "field" : "name", name, "value", shown) + "\n");
            return;
        }
        if (options.has('H')) {
            console.out().print(label + "\n");
            return;
        }
        String start = options.has('h') ? "" : label + " =";
        boolean fold = options.has('f');
        boolean expand = options.has('x');
        String line;
        if (options.has('F') && name.equals("command")) {
            line = (expand ? row.expanded(view(row)::expand) : row).command(FoldedText.ofCommand(start, fold));
        } else {
            String shown = expand ? view(row).expand(value) : value;
            line = new FoldedText(start, fold).words(FoldedText.split(shown)).toString();
        }
        console.out().print(line + "\n");
    }

    /** The parameters that a service of this row sees. */
    private Parameters view(ServiceRow row) {
        Map<String, String> overrides = new LinkedHashMap<>(row.overrides());
        overrides.put("service_name", row.columns().getFirst());
        overrides.put("process_name", row.program());
        return parameters.with(overrides);
    }
}
