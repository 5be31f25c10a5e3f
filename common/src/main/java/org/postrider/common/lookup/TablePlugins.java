package org.postrider.common.lookup;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The types of tables that plug-ins bring. The file {@code lib/tables/types} of the image has a line for each: the type, the class
 * that implements {@link TableType}, and the jars in that folder that it needs. They are not on the class path: nothing of a type
 * is loaded before a table of it is opened. Thread-safe.
 */
public final class TablePlugins {
    private record Plugin(Path folder, String className, List<String> jars) {}

    private final Map<String, Plugin> plugins;
    private final Map<String, TableType> loaded = new LinkedHashMap<>();

    private TablePlugins(Map<String, Plugin> plugins) {
        this.plugins = plugins;
    }

    /** No types. */
    public static TablePlugins none() {
        return new TablePlugins(Map.of());
    }

    /** The types of the image that this process was started from; none outside of an image. */
    public static TablePlugins ofImage() {
        String home = System.getProperty("postrider.home");
        return home == null ? none() : in(Path.of(home, "lib/tables"));
    }

    /** The types in this folder. */
    public static TablePlugins in(Path folder) {
        Path list = folder.resolve("types");
        if (!Files.isReadable(list)) {
            return none();
        }
        try {
            Map<String, Plugin> found = new LinkedHashMap<>();
            for (String line : Files.readAllLines(list, StandardCharsets.UTF_8)) {
                String[] words = line.strip().split("\\s+");
                if (words.length >= 3 && !line.startsWith("#")) {
                    found.put(words[0], new Plugin(folder, words[1], List.of(words).subList(2, words.length)));
                }
            }
            return new TablePlugins(found);
        } catch (IOException e) {
            throw new TableException(list + ": " + FileTable.words(e));
        }
    }

    /** The names of all types. */
    public Set<String> types() {
        return plugins.keySet();
    }

    /** The type of this name, loaded now if it was not before. */
    synchronized Optional<TableType> find(String type) {
        Plugin plugin = plugins.get(type);
        if (plugin == null) {
            return Optional.empty();
        }
        return Optional.of(loaded.computeIfAbsent(type, _ -> load(type, plugin)));
    }

    /** The loader stays open as long as the process: classes are loaded from it whenever they are needed. */
    private static TableType load(String type, Plugin plugin) {
        List<URL> jars = new ArrayList<>();
        try {
            for (String jar : plugin.jars) {
                Path file = plugin.folder.resolve(jar);
                if (!Files.isReadable(file)) {
                    throw new TableException("table type " + type + ": can't read " + file
                            + "; inside a changed root directory use proxy:" + type + ":");
                }
                jars.add(file.toUri().toURL());
            }
            URLClassLoader loader = new URLClassLoader("tables-" + type, jars.toArray(URL[]::new),
                    TableType.class.getClassLoader());
            // Looking for what is nowhere opens every jar: inside another root directory none would be found.
            URL _ = loader.findResource("none");
            return (TableType) loader.loadClass(plugin.className).getDeclaredConstructor().newInstance();
        } catch (MalformedURLException | ReflectiveOperationException | ClassCastException e) {
            throw new TableException("table type " + type + ": " + e);
        }
    }
}
