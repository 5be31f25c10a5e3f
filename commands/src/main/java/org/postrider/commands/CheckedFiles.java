package org.postrider.commands;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.LogicalLine;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceText;
import org.postrider.common.config.SystemDefaults;

/** main.cf and master.cf with the place of everything in them; a line that can't be read is a finding and left out. One thread. */
final class CheckedFiles {
    /** One assignment in main.cf. */
    record Setting(String name, String value, int line) {}

    /** One service of master.cf. */
    record ServiceAt(ServiceRow row, int line) {}

    private final Path directory;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();
    private final List<ServiceAt> services = new ArrayList<>();

    CheckedFiles(Path directory) {
        this.directory = directory;
        for (LogicalLine line : lines(mainFile())) {
            try {
                Map.Entry<String, String> entry = MainCf.split(line.text());
                settings.add(new Setting(entry.getKey(), entry.getValue(), line.number()));
            } catch (ConfigurationException e) {
                add(Finding.Kind.SYNTAX, mainFile(), line.number(), e.getMessage(), "");
            }
        }
        for (LogicalLine line : lines(masterFile())) {
            try {
                services.add(new ServiceAt(ServiceRow.of(ServiceText.parse(line.text(), "")), line.number()));
            } catch (ConfigurationException e) {
                add(Finding.Kind.SYNTAX, masterFile(), line.number(), e.getMessage(), "");
            }
        }
    }

    private List<LogicalLine> lines(String file) {
        try {
            return LogicalLine.read(Path.of(file), (line, text) -> add(Finding.Kind.SYNTAX, file, line, text, ""));
        } catch (ConfigurationException e) {
            add(Finding.Kind.SYNTAX, file, 0, e.getMessage(), "");
            return List.of();
        }
    }

    void add(Finding.Kind kind, String file, int line, String reason, String advice) {
        findings.add(new Finding(kind, file, line, reason, advice));
    }

    List<Finding> findings() {
        return findings;
    }

    String mainFile() {
        return directory.resolve("main.cf").toString();
    }

    String masterFile() {
        return directory.resolve("master.cf").toString();
    }

    List<Setting> settings() {
        return settings;
    }

    List<ServiceAt> services() {
        return services;
    }

    List<ServiceRow> rows() {
        return services.stream().map(ServiceAt::row).toList();
    }

    /** The values that count, by name. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach(setting -> values.put(setting.name(), setting.value()));
        values.put("config_directory", directory.toString());
        return values;
    }

    /** The line that counts for a name; 0 when main.cf does not set it. */
    int line(String name) {
        int line = 0;
        for (Setting setting : settings) {
            line = setting.name().equals(name) ? setting.line() : line;
        }
        return line;
    }

    /** The effective parameters without those of services. */
    Parameters parameters() {
        try {
            return Parameters.of(new SystemDefaults(HostFacts.ask()).complete(values()));
        } catch (ConfigurationException _) {
            return Parameters.of(values());
        }
    }
}
