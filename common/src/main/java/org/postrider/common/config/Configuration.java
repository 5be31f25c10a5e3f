package org.postrider.common.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postrider.common.config.CommonsLayers.MainCfLayer;

/**
 * One generation of the configuration: main.cf and master.cf of a directory, read once. Used by master, which reads it at start
 * and at reload and hands every service the settings that are in force for it. Immutable after {@link #read}.
 *
 * <p>The layers of a service, the first that has a name wins: what master knows about the process, {@code -o} in master.cf,
 * main.cf, the defaults that depend on the host, the defaults of the catalogue. Values stay raw in every layer, with secrets in
 * their places; {@link Parameters} expands them. A daemon has the catalogue itself, and is sent the layers above it as one.
 */
public final class Configuration {
    private final SystemDefaults defaults;
    private final MainCfLayer main;
    private final Secrets secrets;
    private final Parameters parameters;
    private final List<ServiceEntry> services;
    private final List<String> warnings;
    private final List<String> notes;

    private Configuration(Path directory, HostFacts host) {
        Path mainFile = directory.resolve("main.cf");
        defaults = new SystemDefaults(host);
        main = new MainCfLayer(mainFile.toString());
        main.read(WholeFile.read(mainFile));
        main.setProperty("config_directory", directory.toString());
        Map<String, String> written = CommonsLayers.settings(main);
        secrets = Secrets.allowedBy(written, System.getenv());
        secrets.putInto(written).forEach(main::setProperty);
        parameters = new Parameters(CommonsLayers.join(List.of(main), defaults));
        MasterCf master = MasterCf.read(directory.resolve("master.cf"), parameters);
        services = master.entries();
        notes = master.notes();
        warnings = new ArrayList<>(main.warnings());
        DeprecatedParameters deprecated = DeprecatedParameters.standard();
        written.keySet().forEach(
                name -> deprecated.warning(mainFile.toString(), name).ifPresent(warnings::add));
        warnings.addAll(master.warnings());
        WithoutEffect without = WithoutEffect.standard();
        warnings.addAll(without.warnings(mainFile.toString(), written));
        String masterFile = directory.resolve("master.cf").toString();
        for (ServiceEntry service : services) {
            service.overrides().keySet()
                    .forEach(name -> deprecated.warning(masterFile, name).ifPresent(warnings::add));
            warnings.addAll(without.warnings(masterFile, service.overrides()));
        }
    }

    /** Reads main.cf and master.cf of this directory. */
    public static Configuration read(Path directory, HostFacts host) {
        return new Configuration(directory, host);
    }

    /** The parameters without any service's overrides, computed defaults filled in. */
    public Parameters parameters() {
        return parameters;
    }

    /** The services of master.cf. */
    public List<ServiceEntry> services() {
        return services;
    }

    /** What the administrator should hear, as the text of warning log lines. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What is worth knowing, as the text of informative log lines. */
    public List<String> notes() {
        return notes;
    }

    /** The names in main.cf and the services of master.cf that are not as they were. */
    public List<String> changesSince(Configuration former) {
        Map<String, ServiceEntry> now = byIdentity(services);
        Map<String, ServiceEntry> then = byIdentity(former.services);
        List<String> changes = new ArrayList<>(Changes.between("main.cf", CommonsLayers.settings(former.main),
                CommonsLayers.settings(main)));
        changes.addAll(Changes.between("master.cf", then, now));
        return changes;
    }

    private static Map<String, ServiceEntry> byIdentity(List<ServiceEntry> services) {
        Map<String, ServiceEntry> entries = new LinkedHashMap<>();
        services.forEach(entry -> entries.put(entry.identity(), entry));
        return entries;
    }

    /** The parameters of one service; their settings are the snapshot that its daemon is sent. */
    public Parameters parameters(ServiceEntry service) {
        return new Parameters(CommonsLayers.join(List.of(
                CommonsLayers.layer(Map.of("service_name", service.name(), "process_name", service.program())),
                CommonsLayers.layer(secrets.putInto(service.overrides())), main), defaults));
    }
}
