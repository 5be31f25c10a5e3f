package org.postrider.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.postrider.common.config.Parameters;

/**
 * Stages the image. Arguments: the image's folder (its {@code lib} already holds the other jars), the folder with the
 * launchers' table and script, and this module's own jar. Run by Maven with the JDK of the build, whose jlink makes the private run time.
 */
public final class Stage {
    private static final String MODULES = "java.base,java.logging,java.management,java.naming,java.sql,java.xml,"
            + "java.desktop,java.security.sasl,java.security.jgss,jdk.unsupported,jdk.net,jdk.naming.dns,jdk.crypto.ec,jdk.localedata";
    private static final String TABLES = "org.postrider.tables.";
    /** The types of tables that are plug-ins: the class of each, and how the jars that it needs begin. */
    private static final Map<String, List<String>> PLUGINS = Map.of(
            "mysql", List.of(TABLES + "sql.MysqlType", "mariadb-java-client-"),
            "pgsql", List.of(TABLES + "sql.PgsqlType", "postgresql-"),
            "sqlite", List.of(TABLES + "sql.SqliteType", "sqlite-jdbc-"),
            "ldap", List.of(TABLES + "ldap.LdapType", "unboundid-ldapsdk-"),
            "memcache", List.of(TABLES + "memcache.MemcacheType"),
            "mongodb", List.of(TABLES + "mongodb.MongodbType", "mongodb-driver-sync-", "mongodb-driver-core-",
                    "bson-record-codec-", "bson-5"));

    private record Launcher(String folder, String name, String kind, String main) {}

    private final Path image;
    private final Path source;

    private Stage(Path image, Path source) {
        this.image = image;
        this.source = source;
    }

    public static void main(String[] arguments) throws IOException {
        Path image = Path.of(arguments[0]).toAbsolutePath();
        Path own = Path.of(arguments[2]);
        Files.copy(own, image.resolve("lib").resolve(own.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        new Stage(image, Path.of(arguments[1]).toAbsolutePath()).run();
    }

    private void run() throws IOException {
        List<Launcher> launchers = launchers();
        runtime(launchers);
        natives();
        tables();
        classPath();
        launcherScripts(launchers);
        configuration();
        share();
        manual();
    }

    /** The manual page of the parameters, for man(1) with {@code share/man} in MANPATH. */
    private void manual() throws IOException {
        Path folder = Files.createDirectories(image.resolve("share/man/man5"));
        String version = Parameters.of(Map.of()).string("mail_version");
        Files.writeString(folder.resolve("postconf.5"), ParameterManual.write(version), StandardCharsets.ISO_8859_1);
    }

    private List<Launcher> launchers() throws IOException {
        List<Launcher> found = new ArrayList<>();
        for (String line : Files.readAllLines(source.resolve("launchers.tsv"))) {
            String[] fields = line.split("\t", -1);
            if (fields.length == 4 && !fields[0].equals("folder")) {
                found.add(new Launcher(fields[0], fields[1], fields[2], fields[3]));
            }
        }
        return found;
    }

    /** A private run time, with one copy of the Java launcher for every program: the copy's name is the process's name. */
    private void runtime(List<Launcher> launchers) throws IOException {
        Path runtime = image.resolve("runtime");
        if (!isCurrent(runtime.resolve("release"))) {
            removeTree(runtime);
            link(runtime);
        }
        Path java = runtime.resolve("bin/java");
        for (Launcher launcher : launchers) {
            Files.copy(java, runtime.resolve("bin").resolve(launcher.name), StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Whether a run time that was made before has every module. */
    private static boolean isCurrent(Path release) throws IOException {
        if (!Files.exists(release)) {
            return false;
        }
        String text = Files.readString(release);
        return Stream.of(MODULES.split(",", -1)).allMatch(text::contains);
    }

    private static void link(Path runtime) {
        ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int status = jlink.run(writer, writer, "--add-modules", MODULES, "--strip-debug", "--no-header-files",
                "--no-man-pages", "--generate-cds-archive", "--include-locales", "en", "--output", runtime.toString());
        if (status != 0) {
            throw new IllegalStateException("jlink: " + output);
        }
    }

    private static void removeTree(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        try (Stream<Path> all = Files.walk(top)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    /**
     * Netty's native libraries as files: found by java.library.path, their pages are shared between the daemons. And liblmdb, for
     * systems that have none.
     */
    private void natives() throws IOException {
        Path target = Files.createDirectories(image.resolve("lib/native"));
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        for (Path jar : jars()) {
            String name = jar.getFileName().toString();
            if (name.endsWith("linux-" + (arm ? "aarch_64" : "x86_64") + ".jar")) {
                extractNatives(jar, "META-INF/native/", ".so", target);
            } else if (name.startsWith("native-")) {
                extractNatives(jar, "org/lmdbjava/native/", (arm ? "aarch64" : "x86_64") + "-linux-gnu.so", target);
            }
        }
    }

    private static void extractNatives(Path jar, String folder, String ending, Path target) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements();) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().startsWith(folder) && entry.getName().endsWith(ending)) {
                    String name = entry.getName().substring(folder.length());
                    try (InputStream in = file.getInputStream(entry)) {
                        Files.copy(in, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
    }

    /** What lib/tables has: a list of the types, and one copy of the native library that a driver would unpack at every start. */
    private void tables() throws IOException {
        Path folder = image.resolve("lib/tables");
        List<Path> all = jars(folder);
        StringBuilder list = new StringBuilder("# type, class, jars in this folder\n");
        for (Map.Entry<String, List<String>> plugin : new TreeMap<>(PLUGINS).entrySet()) {
            list.append(plugin.getKey()).append(' ').append(plugin.getValue().getFirst());
            List<String> wanted = new ArrayList<>(plugin.getValue());
            wanted.set(0, "postrider-tables-");
            for (String start : wanted) {
                list.append(' ').append(all.stream().map(jar -> jar.getFileName().toString())
                        .filter(name -> name.startsWith(start)).findFirst().orElseThrow());
            }
            list.append('\n');
        }
        Files.writeString(folder.resolve("types"), list);
        sqliteLibrary(all);
    }

    private void sqliteLibrary(List<Path> all) throws IOException {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        Path driver = all.stream().filter(jar -> jar.getFileName().toString().startsWith("sqlite-jdbc-")).findFirst()
                .orElseThrow();
        try (JarFile file = new JarFile(driver.toFile());
                InputStream in = file.getInputStream(
                        file.getJarEntry("org/sqlite/native/Linux/" + machine + "/libsqlitejdbc.so"))) {
            Files.copy(in, image.resolve("lib/native/libsqlitejdbc.so"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private List<Path> jars() throws IOException {
        return jars(image.resolve("lib"));
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.toString().endsWith(".jar")).sorted().toList();
        }
    }

    /** One class path for every program, as the one ahead-of-time cache needs it; our own jars first. */
    private void classPath() throws IOException {
        StringBuilder text = new StringBuilder();
        Comparator<Path> ownFirst = Comparator
                .comparing((Path path) -> !path.getFileName().toString().startsWith("postrider-"));
        for (Path jar : jars().stream().sorted(ownFirst.thenComparing(Comparator.naturalOrder())).toList()) {
            text.append(jar.getFileName()).append('\n');
        }
        Files.writeString(image.resolve("lib/class-path"), text, StandardCharsets.UTF_8);
        removeTree(image.resolve("cache"));
    }

    private void launcherScripts(List<Launcher> launchers) throws IOException {
        Files.copy(source.resolve("launch.sh"), image.resolve("lib/launch.sh"), StandardCopyOption.REPLACE_EXISTING);
        for (Launcher launcher : launchers) {
            Path script = Files.createDirectories(image.resolve(launcher.folder)).resolve(launcher.name);
            Files.writeString(script, """
                    #!/bin/sh
                    program=%s kind=%s main=%s
                    here=${0%%/*}
                    [ -L "$0" ] && here=$(readlink -f "$0") && here=${here%%/*}
                    . "$here/../lib/launch.sh"
                    """.formatted(launcher.name, launcher.kind, launcher.main), StandardCharsets.UTF_8);
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private void configuration() throws IOException {
        Path target = Files.createDirectories(image.resolve("conf"));
        for (String name : List.of("main.cf", "master.cf", "aliases")) {
            try (InputStream in = Stage.class.getResourceAsStream("/org/postrider/conf/" + name)) {
                if (in == null) {
                    throw new IllegalStateException("no stock " + name + " on the class path");
                }
                Files.copy(in, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** For systemd, and what an image needs that is unpacked elsewhere; the unit names the place where the image stands now. */
    private void share() throws IOException {
        Path systemd = Files.createDirectories(image.resolve("share/systemd"));
        Path from = source.resolveSibling("systemd");
        for (String name : List.of("postrider-sysusers.conf", "postrider-tmpfiles.conf")) {
            Files.copy(from.resolve(name), systemd.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        String unit = Files.readString(from.resolve("postrider.service"));
        Files.writeString(systemd.resolve("postrider.service.in"), unit);
        Files.writeString(systemd.resolve("postrider.service"), unit.replace("@HOME@", image.toString()));
        Path settle = image.resolve("share/settle");
        Files.copy(source.resolve("settle.sh"), settle, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(settle, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
