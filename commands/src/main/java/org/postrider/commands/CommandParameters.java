package org.postrider.commands;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.SystemDefaults;

/** How a command comes to its parameters: the main.cf of {@code -c}, else of MAIL_CONFIG, else of /etc/postfix. */
final class CommandParameters {
    private CommandParameters() {}

    static Path directory(@Nullable String option, Map<String, String> environment) {
        return Path.of(option != null ? option : environment.getOrDefault("MAIL_CONFIG", "/etc/postfix"));
    }

    static Parameters read(@Nullable String option, Map<String, String> environment) {
        Path directory = directory(option, environment);
        Map<String, String> settings = new java.util.LinkedHashMap<>(
                MainCf.read(directory.resolve("main.cf")).settings());
        settings.put("config_directory", directory.toString());
        return Parameters.of(new SystemDefaults(HostFacts.ask()).complete(settings));
    }
}
