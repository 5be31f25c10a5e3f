package org.postrider.common.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values that do not stand in main.cf itself: {@code $ENV{NAME}} is a variable of the environment, {@code $FILE{/path}} the
 * content of a file without white space at its end. An extension for containers, off unless {@code secret_sources} allows it:
 * {@code environment} for the one, directories for the other. What is put in is text; a dollar sign in it has no meaning.
 *
 * <p>Master and the commands put them in when they read the configuration; postconf shows what is written.
 */
final class Secrets {
    private static final String SOURCES = "secret_sources";
    private static final String VARIABLE = "$ENV{";
    private static final String FILE = "$FILE{";
    private static final int LONGEST = 65_536;

    private final List<String> sources;
    private final Map<String, String> environment;

    private Secrets(List<String> sources, Map<String, String> environment) {
        this.sources = sources;
        this.environment = environment;
    }

    /** What these settings of main.cf allow. */
    static Secrets allowedBy(Map<String, String> settings, Map<String, String> environment) {
        return new Secrets(WordList.split(settings.getOrDefault(SOURCES, "")), environment);
    }

    /** The settings with every secret in its place; one that is not to be had is an error that names the parameter. */
    Map<String, String> putInto(Map<String, String> settings) {
        if (sources.isEmpty()) {
            return settings;
        }
        Map<String, String> complete = new LinkedHashMap<>(settings);
        complete.replaceAll(this::putInto);
        return complete;
    }

    private String putInto(String name, String value) {
        StringBuilder result = new StringBuilder();
        int at = 0;
        for (int dollar = value.indexOf('$'); dollar >= 0; dollar = value.indexOf('$', at)) {
            result.append(value, at, dollar);
            boolean variable = value.startsWith(VARIABLE, dollar);
            int start = dollar + (variable ? VARIABLE : FILE).length();
            int end = variable || value.startsWith(FILE, dollar) ? value.indexOf('}', start) : -1;
            if (end < 0) {
                // Another reference, or $$, which stays a pair.
                int length = value.startsWith("$$", dollar) ? 2 : 1;
                result.append(value, dollar, dollar + length);
                at = dollar + length;
            } else {
                String source = value.substring(start, end);
                result.append((variable ? variable(name, source) : file(name, source)).replace("$", "$$"));
                at = end + 1;
            }
        }
        return result.append(value, at, value.length()).toString();
    }

    private String variable(String name, String variable) {
        if (!sources.contains("environment")) {
            throw new ConfigurationException("parameter " + name + ": " + SOURCES + " does not allow environment");
        }
        String value = environment.get(variable);
        if (value == null) {
            throw new ConfigurationException(
                    "parameter " + name + ": environment variable " + variable + " is not set");
        }
        return value;
    }

    private String file(String name, String path) {
        Path file = Path.of(path).normalize();
        boolean allowed = file.isAbsolute()
                && sources.stream().anyMatch(source -> source.startsWith("/") && file.startsWith(Path.of(source)));
        if (!allowed) {
            throw new ConfigurationException("parameter " + name + ": " + SOURCES + " does not allow " + path);
        }
        try {
            if (Files.size(file) > LONGEST) {
                throw new ConfigurationException("parameter " + name + ": " + path + " is longer than " + LONGEST);
            }
            return Braces.stripEnd(Files.readString(file, StandardCharsets.ISO_8859_1)).replace('\n', ' ');
        } catch (IOException e) {
            throw new ConfigurationException("parameter " + name + ": can't read " + path, e);
        }
    }
}
