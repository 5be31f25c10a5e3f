package org.postrider.commands;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.LegacyDefaults;
import org.postrider.common.config.Parameter;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.Parameters;

/** Can every parameter have the value that it has, also while the system is under stress? */
final class ValueCheck {
    private final CheckedFiles files;
    private final ParameterCatalogue catalogue = ParameterCatalogue.standard();

    ValueCheck(CheckedFiles files) {
        this.files = files;
    }

    void run() {
        Parameters parameters = files.parameters();
        for (CheckedFiles.Setting setting : files.settings()) {
            if (setting.line() == files.line(setting.name())) {
                check(parameters, setting.name(), files.mainFile(), setting.line());
            }
        }
        for (CheckedFiles.ServiceAt service : files.services()) {
            Map<String, String> overrides = service.row().overrides();
            Parameters own = parameters.with(overrides);
            overrides.keySet().forEach(name -> check(own, name, files.masterFile(), service.line()));
        }
        checkLegacy(parameters);
    }

    private void check(Parameters parameters, String name, String file, int line) {
        Optional<Parameter> parameter = catalogue.find(name);
        if (parameter.isEmpty() || parameter.get().legacy()) {
            return;
        }
        for (String stress : List.of("", "yes")) {
            Optional<String> problem = problem(parameters.with(Map.of("stress", stress)), parameter.get());
            if (problem.isPresent()) {
                files.add(Finding.Kind.BAD_VALUE, file, line, problem.get(), "");
                return;
            }
        }
    }

    private static Optional<String> problem(Parameters parameters, Parameter parameter) {
        String name = parameter.name();
        try {
            Object _ = switch (parameter.type()) {
                case INT -> parameters.number(name);
                case LONG -> parameters.longNumber(name);
                case BOOL -> parameters.bool(name);
                case TIME -> parameters.time(name);
                case STRING, RAW -> parameters.string(name);
            };
            return Optional.empty();
        } catch (ConfigurationException e) {
            return Optional.of(e.getMessage());
        }
    }

    private void checkLegacy(Parameters parameters) {
        int line = files.line("compatibility_level");
        try {
            for (LegacyDefaults.Change change : LegacyDefaults.of(parameters).kept()) {
                files.add(Finding.Kind.LEGACY_DEFAULT, files.mainFile(), line,
                        "using backwards-compatible default setting " + change.name() + "="
                                + parameters.string(change.name()),
                        "set it, or compatibility_level to " + change.since().text() + " or more");
            }
        } catch (ConfigurationException e) {
            files.add(Finding.Kind.BAD_VALUE, files.mainFile(), line, e.getMessage(), "");
        }
    }
}
