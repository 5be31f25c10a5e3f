package org.postrider.commands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;

/** Does every service that is named exist, once, and has it a program? */
final class ServiceCheck {
    /** Values that are names of services below private/ or public/, which the system does not do without. */
    private static final List<String> NEEDED = List.of("cleanup_service_name", "rewrite_service_name",
            "queue_service_name", "pickup_service_name", "bounce_service_name", "defer_service_name",
            "trace_service_name", "flush_service_name", "showq_service_name", "error_service_name");
    private static final String SERVICE = "_service_name";

    private final CheckedFiles files;

    ServiceCheck(CheckedFiles files) {
        this.files = files;
    }

    void run() {
        Parameters parameters = files.parameters();
        if (files.services().isEmpty()) {
            return;
        }
        Map<String, Integer> lines = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (CheckedFiles.ServiceAt service : files.services()) {
            Integer earlier = lines.put(service.row().identity(), service.line());
            if (earlier != null) {
                files.add(Finding.Kind.REPEATED_SERVICE, files.masterFile(), earlier, service.row().identity()
                        + " is there again in line " + service.line() + ", where it counts", "remove one of them");
            }
            if (!service.row().columns().get(1).equals("inet")) {
                names.add(service.row().columns().getFirst());
            }
        }
        checkPrograms(parameters);
        for (CheckedFiles.Setting setting : files.settings()) {
            if (setting.line() == files.line(setting.name())) {
                checkNamed(parameters, setting.name(), files.mainFile(), setting.line(), names);
            }
        }
        for (String name : NEEDED) {
            if (!parameters.isSet(name)) {
                checkNamed(parameters, name, files.masterFile(), 0, names);
            }
        }
        for (CheckedFiles.ServiceAt service : files.services()) {
            Parameters own = parameters.with(service.row().overrides());
            service.row().overrides().keySet()
                    .forEach(name -> checkNamed(own, name, files.masterFile(), service.line(), names));
        }
    }

    private void checkNamed(Parameters parameters, String name, String file, int line, Set<String> names) {
        if (!namesService(name)) {
            return;
        }
        String value;
        try {
            value = parameters.expand(parameters.raw(name));
        } catch (ConfigurationException _) {
            return;
        }
        for (String each : name.equals("defer_transports") ? WordList.split(value) : List.of(value)) {
            int colon = each.indexOf(':');
            String service = colon < 0 ? each : each.substring(0, colon);
            if (!service.isEmpty() && !service.equals("unix") && !names.contains(service)) {
                files.add(Finding.Kind.MISSING_SERVICE, file, line,
                        name + " names the service " + service + ", which master.cf does not have", "");
            }
        }
    }

    /** True for values of the form {@code transport:nexthop}, and for names of services. */
    private static boolean namesService(String name) {
        boolean known = ParameterCatalogue.standard().find(name).isPresent();
        return known && (name.endsWith("_transport") || name.endsWith(SERVICE) || name.equals("content_filter")
                || name.equals("defer_transports"));
    }

    private void checkPrograms(Parameters parameters) {
        Path directory = Path.of(parameters.string("daemon_directory"));
        if (!Files.isDirectory(directory)) {
            files.add(Finding.Kind.MISSING_PROGRAM, files.mainFile(), files.line("daemon_directory"),
                    "daemon_directory " + directory + " is not there", "");
            return;
        }
        for (CheckedFiles.ServiceAt service : files.services()) {
            if (!Files.isExecutable(directory.resolve(service.row().program()))) {
                files.add(Finding.Kind.MISSING_PROGRAM, files.masterFile(), service.line(),
                        "no program " + service.row().program() + " in " + directory, "");
            }
        }
    }
}
