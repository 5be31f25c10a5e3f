package org.postrider.commands;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.CompatibilityLevel;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameter;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.Parameters;

/** Can every parameter have the value that it has, also while the system is under stress? */
final class ValueCheck {
    /** A default that {@code compatibility_level} decides about, and the first level with the new one; COMPATIBILITY_README. */
    private record Legacy(String name, String level) {}

    private static final List<Legacy> LEGACY = List.of(
            new Legacy("append_dot_mydomain", "1"),
            new Legacy("smtputf8_enable", "1"),
            new Legacy("smtpd_relay_restrictions", "1"),
            new Legacy("mynetworks_style", "2"),
            new Legacy("relay_domains", "2"),
            new Legacy("respectful_logging", "3.6"),
            new Legacy("smtpd_tls_fingerprint_digest", "3.6"),
            new Legacy("smtpd_relay_before_recipient_restrictions", "3.6"),
            new Legacy("smtp_tls_security_level", "3.11"));

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
        Optional<CompatibilityLevel> level = CompatibilityLevel.parse(parameters.string("compatibility_level"));
        if (level.isEmpty()) {
            files.add(Finding.Kind.BAD_VALUE, files.mainFile(), files.line("compatibility_level"),
                    "bad compatibility_level: " + parameters.string("compatibility_level"), "");
            return;
        }
        for (Legacy legacy : LEGACY) {
            CompatibilityLevel since = CompatibilityLevel.parse(legacy.level()).orElseThrow();
            if (level.get().compareTo(since) < 0 && !parameters.isSet(legacy.name())) {
                files.add(Finding.Kind.LEGACY_DEFAULT, files.mainFile(), files.line("compatibility_level"),
                        "using backwards-compatible default setting " + legacy.name() + "="
                                + parameters.string(legacy.name()),
                        "set it, or compatibility_level to " + legacy.level() + " or more");
            }
        }
    }
}
