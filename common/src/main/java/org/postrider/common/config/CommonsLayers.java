package org.postrider.common.config;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.configuration2.AbstractConfiguration;
import org.apache.commons.configuration2.BaseConfiguration;
import org.apache.commons.configuration2.CompositeConfiguration;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.FileBasedConfiguration;
import org.apache.commons.configuration2.MapConfiguration;
import org.jspecify.annotations.Nullable;

/** Layers that Apache Commons Configuration joins. Values pass as they are: nothing is split, trimmed or put in by the library. */
final class CommonsLayers implements Layers {
    private final Configuration all;
    private final Map<String, String> written;

    private CommonsLayers(Configuration all, Map<String, String> written) {
        this.all = all;
        this.written = Collections.unmodifiableMap(written);
    }

    /** These layers, the first of them highest, over the defaults: those that depend on the host, then those of the catalogue. */
    static CommonsLayers join(List<Configuration> layers, SystemDefaults host) {
        CompositeConfiguration all = new CompositeConfiguration();
        layers.forEach(all::addConfiguration);
        all.addConfiguration(layer(host.computed(settings(all))));
        Map<String, String> written = settings(all);
        all.addConfiguration(new CatalogueLayer(ParameterCatalogue.standard()));
        return new CommonsLayers(all, written);
    }

    /** A layer of these settings. */
    static Configuration layer(Map<String, String> settings) {
        MapConfiguration layer = new MapConfiguration(settings);
        layer.setTrimmingDisabled(true);
        return layer;
    }

    /** What a layer, or several, say. */
    static Map<String, String> settings(Configuration layers) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Iterator<String> names = layers.getKeys(); names.hasNext();) {
            String name = names.next();
            settings.put(name, String.valueOf(layers.getProperty(name)));
        }
        return settings;
    }

    @Override
    public Optional<String> value(String name) {
        return Optional.ofNullable(all.getProperty(name)).map(String::valueOf);
    }

    @Override
    public Map<String, String> written() {
        return written;
    }

    /** A main.cf file as a layer; reads the language of {@link MainCf}, keeps values raw. */
    static final class MainCfLayer extends BaseConfiguration implements FileBasedConfiguration {
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

        /** What the administrator should hear about the file. */
        List<String> warnings() {
            return warnings;
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

    /**
     * The defaults of the catalogue as a layer. It has the members of families too, which are too many to be listed. The old defaults
     * that compatibility_level keeps are conditions within the values.
     */
    private static final class CatalogueLayer extends AbstractConfiguration {
        private final ParameterCatalogue catalogue;

        CatalogueLayer(ParameterCatalogue catalogue) {
            this.catalogue = catalogue;
        }

        @Override
        protected boolean containsKeyInternal(String name) {
            return catalogue.find(name).isPresent();
        }

        @Override
        protected boolean containsValueInternal(Object value) {
            return catalogue.parameters().stream().anyMatch(parameter -> parameter.defaultValue().equals(value));
        }

        @Override
        protected @Nullable Object getPropertyInternal(String name) {
            return catalogue.find(name).map(Parameter::defaultValue).orElse(null);
        }

        @Override
        protected Iterator<String> getKeysInternal() {
            return catalogue.parameters().stream().map(Parameter::name).iterator();
        }

        @Override
        protected boolean isEmptyInternal() {
            return catalogue.parameters().isEmpty();
        }

        @Override
        protected void addPropertyDirect(String name, Object value) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        protected void clearPropertyDirect(String name) {
            throw new UnsupportedOperationException(name);
        }
    }
}
