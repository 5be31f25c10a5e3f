package org.postrider.common.config;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.configuration2.BaseConfiguration;
import org.apache.commons.configuration2.CompositeConfiguration;
import org.apache.commons.configuration2.FileBasedConfiguration;
import org.apache.commons.configuration2.MapConfiguration;

/**
 * One generation of the configuration: main.cf and master.cf of a directory, read once. Used by master, which reads it at start
 * and at reload and hands every service the settings that are in force for it. Immutable after {@link #read}.
 *
 * <p>The layers of a service, the first that has a name wins: what master knows about the process, {@code -o} in master.cf,
 * main.cf. Below them {@link Parameters} asks the catalogue, and {@link SystemDefaults} for what depends on the host: a daemon has the
 * catalogue itself, and is sent what somebody has set. Values stay raw in every layer; {@link Parameters} expands them.
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
        secrets = Secrets.allowedBy(settings(main), System.getenv());
        parameters = Parameters.of(defaults.complete(secrets.putInto(settings(main))));
        MasterCf master = MasterCf.read(directory.resolve("master.cf"), parameters);
        services = master.entries();
        notes = master.notes();
        warnings = new ArrayList<>(main.warnings);
        DeprecatedParameters deprecated = DeprecatedParameters.standard();
        settings(main).keySet().forEach(
                name -> deprecated.warning(mainFile.toString(), name).ifPresent(warnings::add));
        warnings.addAll(master.warnings());
        WithoutEffect without = WithoutEffect.standard();
        warnings.addAll(without.warnings(mainFile.toString(), settings(main)));
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
        List<String> changes = new ArrayList<>(Changes.between("main.cf", settings(former.main), settings(main)));
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
        return Parameters.of(defaults.complete(secrets.putInto(settings(written(service)))));
    }

    /** Commons Configuration joins them. */
    private CompositeConfiguration written(ServiceEntry service) {
        CompositeConfiguration layers = new CompositeConfiguration();
        layers.addConfiguration(
                new MapConfiguration(Map.of("service_name", service.name(), "process_name", service.program())));
        layers.addConfiguration(new MapConfiguration(service.overrides()));
        layers.addConfiguration(main);
        return layers;
    }

    private static Map<String, String> settings(org.apache.commons.configuration2.Configuration layers) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Iterator<String> names = layers.getKeys(); names.hasNext();) {
            String name = names.next();
            settings.put(name, String.valueOf(layers.getProperty(name)));
        }
        return settings;
    }

    /** A main.cf file as a layer; reads the language of {@link MainCf}, keeps values raw. */
    private static final class MainCfLayer extends BaseConfiguration implements FileBasedConfiguration {
        private final String title;
        private List<String> warnings = List.of();

        MainCfLayer(String title) {
            this.title = title;
        }

        void read(String content) {
            MainCf file = MainCf.parse(content, title);
            warnings = file.warnings();
            file.settings().forEach(this::setProperty);
        }

        @Override
        public void read(Reader in) throws IOException {
            StringBuilder content = new StringBuilder();
            char[] chunk = new char[8192];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                content.append(chunk, 0, count);
            }
            read(content.toString());
        }

        @Override
        public void write(Writer out) throws IOException {
            for (Map.Entry<String, String> entry : settings(this).entrySet()) {
                out.write(entry.getKey() + " = " + entry.getValue() + "\n");
            }
        }
    }
}
