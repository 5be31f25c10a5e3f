package org.postrider.common.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The master.cf language, see master(5): eight columns, then arguments. A malformed line is a {@link ConfigurationException}
 * that names file and line.
 *
 * @param entries in the order of the file; of two entries for one service the last counts
 * @param warnings what the administrator should hear, as the text of warning log lines
 * @param notes what is worth knowing, as the text of informative log lines: old defaults in force
 */
public record MasterCf(List<ServiceEntry> entries, List<String> warnings, List<String> notes) {

    public MasterCf {
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
        notes = List.copyOf(notes);
    }

    /** The services of this file where main.cf is empty but for a recent compatibility level. */
    public static List<ServiceEntry> read(Path file) {
        return read(file, Parameters.of(Map.of("compatibility_level", "3.6"))).entries();
    }

    /** The services of this file; the parameters supply default_process_limit and the default for chroot. */
    public static MasterCf read(Path file, Parameters parameters) {
        return parse(WholeFile.read(file), file.toString(), parameters);
    }

    /** Parses text; {@code title} stands for the file in messages. */
    public static MasterCf parse(String content, String title, Parameters parameters) {
        List<String> warnings = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Map<String, ServiceEntry> entries = new LinkedHashMap<>();
        for (LogicalLine line : LogicalLine.of(content, title, warnings)) {
            String where = title + ": line " + line.number() + ": ";
            ServiceLine columns = new ServiceLine(where, line.text());
            ServiceEntry entry = columns.parse(parameters);
            if (columns.usesOldChroot()) {
                notes.add(where + "using backwards-compatible default setting chroot=y");
            }
            if (entries.put(entry.identity(), entry) != null) {
                warnings.add("duplicate master.cf entry for service \"" + entry.name() + "\" ("
                        + entry.type().text() + ") -- using the last entry");
            }
        }
        return new MasterCf(List.copyOf(entries.values()), warnings, notes);
    }
}
