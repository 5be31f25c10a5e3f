package org.postrider.common.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many conversations each service of master.cf has at once, its maxproc column. Master puts them into the snapshot of the
 * queue manager, which so plans by the generation it belongs to and reads no file.
 */
public final class ProcessLimits {
    /** Under this name they stand among the settings; no line of main.cf can have it. */
    private static final String NAME = " process limits";

    private ProcessLimits() {}

    /** Puts the limits of these services into a snapshot, for {@link #in}. */
    public static void put(List<ServiceEntry> services, Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        for (ServiceEntry service : services) {
            text.append(service.name()).append('=').append(service.maxProcesses()).append(' ');
        }
        settings.put(NAME, text.toString());
    }

    /** By service name, {@link Integer#MAX_VALUE} for no limit; empty where nothing was put. */
    public static Map<String, Integer> in(Parameters parameters) {
        Map<String, Integer> limits = new LinkedHashMap<>();
        for (String word : WordList.split(parameters.raw(NAME))) {
            int equals = word.lastIndexOf('=');
            int limit = Integer.parseInt(word.substring(equals + 1));
            limits.put(word.substring(0, equals), limit == 0 ? Integer.MAX_VALUE : limit);
        }
        return limits;
    }
}
