package org.postrider.master;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The clean environment that daemons get: import_environment of main.cf, a fixed search path, and nothing else. */
final class ChildEnvironment {
    private static final String PATH = "/usr/bin:/bin:/usr/sbin:/sbin";
    /** Options for the Java run time, read by the launchers. */
    private static final String JAVA_OPTIONS = "POSTRIDER_JAVA_OPTIONS";

    private ChildEnvironment() {}

    /** @param imported words of import_environment: a name, or {@code name=value} */
    static Map<String, String> of(List<String> imported, Map<String, String> own) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", PATH);
        for (String word : imported) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                environment.put(word.substring(0, equals), word.substring(equals + 1));
            } else if (own.containsKey(word)) {
                environment.put(word, own.get(word));
            }
        }
        if (own.containsKey(JAVA_OPTIONS)) {
            environment.put(JAVA_OPTIONS, own.get(JAVA_OPTIONS));
        }
        return environment;
    }
}
