package org.postrider.common.daemon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postrider.common.ipc.Attributes;

/**
 * One service of one configuration generation, as master describes it to a daemon.
 *
 * @param name first column of master.cf
 * @param type second column of master.cf
 * @param program the command column, the name the program runs under in the log
 * @param arguments what follows the program, without {@code -o} options
 * @param queueDirectory absolute
 * @param limit most conversations at once; 0 for no limit
 * @param generation counts starts and reloads of master
 * @param verbose true when debug lines are wanted
 * @param chroot true to make the queue directory the root directory
 * @param uid who to become; -1 to stay
 * @param gid which group to become; -1 to stay
 * @param settings raw parameter settings after {@code -o} and computed defaults
 */
public record ServiceDescription(
        String name,
        String type,
        String program,
        List<String> arguments,
        String queueDirectory,
        int limit,
        long generation,
        boolean verbose,
        boolean chroot,
        int uid,
        int gid,
        Map<String, String> settings) {
    private static final String SETTING = "=";
    private static final String ARGUMENT = "+";

    public ServiceDescription {
        arguments = List.copyOf(arguments);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** Name and type, which together tell a service from the others. */
    public String identity() {
        return name + "/" + type;
    }

    /** The options before the arguments, {@code -v} and {@code -D}. */
    List<String> options() {
        return arguments.stream().takeWhile(ServiceDescription::isOption).toList();
    }

    static boolean isOption(String word) {
        return word.matches("-[vD]+");
    }

    void addTo(Attributes list) {
        list.put("name", name).put("type", type).put("program", program).put("queue_directory", queueDirectory)
                .put("limit", limit).put("generation", generation).put("verbose", verbose).put("chroot", chroot)
                .put("uid", uid).put("gid", gid);
        for (int i = 0; i < arguments.size(); i++) {
            list.put(ARGUMENT + i, arguments.get(i));
        }
        settings.forEach((name, value) -> list.put(SETTING + name, value));
    }

    static ServiceDescription from(Attributes list) throws IOException {
        List<String> arguments = new ArrayList<>();
        Map<String, String> settings = new LinkedHashMap<>();
        list.asMap().forEach((name, value) -> {
            if (name.startsWith(SETTING)) {
                settings.put(name.substring(SETTING.length()), value);
            } else if (name.startsWith(ARGUMENT)) {
                arguments.add(value);
            }
        });
        return new ServiceDescription(list.get("name"), list.get("type"), list.get("program"), arguments,
                list.get("queue_directory"), list.integer("limit", 0), list.number("generation", 0),
                list.flag("verbose"), list.flag("chroot"), list.integer("uid", -1), list.integer("gid", -1), settings);
    }
}
