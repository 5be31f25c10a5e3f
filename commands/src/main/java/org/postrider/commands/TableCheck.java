package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.AccountDatabase;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.TablePlugins;
import org.postrider.common.lookup.TableServices;
import org.postrider.common.lookup.TableSettings;
import org.postrider.common.lookup.TableSource;
import org.postrider.common.lookup.Tables;

/**
 * The tables that values name: are they there, newer than their sources, and do they answer? They are opened as a daemon opens
 * them, and what is said about them is a finding.
 */
final class TableCheck {
    private static final Set<String> SERVERS = Set.of("tcp", "socketmap");
    private static final Set<String> SECRETS = Set.of("smtp_sasl_password_maps", "lmtp_sasl_password_maps");
    private static final String MISSING = "No such file or directory";
    private static final String STALE = " is older than source file ";

    private final CheckedFiles files;
    private final boolean asksServers;
    private final TablePlugins plugins = TablePlugins.ofImage();
    private final Set<String> done = new HashSet<>();

    /** @param asksServers false to open tables behind a server without a question */
    TableCheck(CheckedFiles files, boolean asksServers) {
        this.files = files;
        this.asksServers = asksServers;
    }

    void run() {
        Parameters parameters = files.parameters();
        for (CheckedFiles.Setting setting : files.settings()) {
            check(parameters, setting.name(), setting.value(), new Place(files.mainFile(), setting.line()));
        }
        for (CheckedFiles.ServiceAt service : files.services()) {
            Parameters own = parameters.with(service.row().overrides());
            service.row().overrides().forEach(
                    (name, value) -> check(own, name, value, new Place(files.masterFile(), service.line())));
        }
    }

    private record Place(String file, int line) {}

    private void check(Parameters parameters, String name, String value, Place place) {
        if (ParameterCatalogue.standard().find(name).isEmpty() || name.startsWith("proxy_")) {
            return;
        }
        String expanded;
        try {
            expanded = parameters.expand(value);
        } catch (ConfigurationException _) {
            return;
        }
        for (TableReference table : TableReference.in(expanded)) {
            if (isMeant(table, name) && done.add(table.toString() + SECRETS.contains(name))) {
                checkTable(parameters, table, name, place);
            }
        }
    }

    /** Transports, sockets and devices are written as tables are; {@code unix:} is a table of accounts, or a socket. */
    private static boolean isMeant(TableReference table, String name) {
        if (table.type().equals("unix")) {
            return table.name().endsWith(".byname");
        }
        return BuildFeatures.tables().contains(table.type()) || isClient(table)
                || (table.isFile() && (name.endsWith("_maps") || name.endsWith("_checks")));
    }

    private static boolean isClient(TableReference table) {
        return !ParameterCatalogue.standard().table(table.type()).isEmpty();
    }

    private void checkTable(Parameters parameters, TableReference table, String name, Place place) {
        if (table.isFile()) {
            checkSecret(table, name, place);
        }
        if (isClient(table) && table.isFile() && Files.exists(Path.of(table.name()))) {
            checkClient(table);
        }
        // Outside of an image nobody knows how such a table is opened.
        if (!isClient(table) || !plugins.types().isEmpty()) {
            open(parameters, table, name, place);
        }
    }

    private void checkSecret(TableReference table, String name, Place place) {
        Path source = Path.of(table.name());
        try {
            if ((isClient(table) || SECRETS.contains(name)) && Files.exists(source)
                    && Files.getPosixFilePermissions(source).contains(PosixFilePermission.OTHERS_READ)) {
                files.add(Finding.Kind.WRONG_MODE, place.file, place.line,
                        source + " in " + name + " can be read by every user", "chmod o-rwx " + source);
            }
        } catch (IOException e) {
            files.add(Finding.Kind.BROKEN_TABLE, place.file, place.line, source + ": " + e.getMessage(), "");
        }
    }

    private void checkClient(TableReference table) {
        try {
            Set<String> known = ParameterCatalogue.standard().table(table.type()).keySet();
            for (MainCf.Entry entry : MainCf.read(Path.of(table.name())).entries()) {
                if (!known.contains(entry.name())) {
                    files.add(Finding.Kind.UNUSED_TABLE_SETTING, table.name(), entry.line(),
                            entry.name() + " is no setting of " + table.type(), "");
                }
            }
        } catch (ConfigurationException e) {
            files.add(Finding.Kind.SYNTAX, table.name(), 0, e.getMessage(), "");
        }
    }

    private void open(Parameters parameters, TableReference table, String name, Place place) {
        Complaints complaints = new Complaints() {
            @Override
            public void warn(String text) {
                told(table, name, text, place);
            }

            @Override
            public void error(String text) {
                warn(text);
            }

            @Override
            public void note(String text) {
                // What a table under debug: tells is no finding.
            }
        };
        TableSettings settings = new TableSettings(Path.of(""), InstantSource.system(), RandomGenerator.getDefault(),
                Map.of(), AccountDatabase.ofFiles(), true, true, complaints,
                new TableServices(() -> parameters, plugins, Optional.empty(), Optional.empty()));
        TableSource.Form form = name.startsWith("alias_")
                ? TableSource.Form.ALIASES_OR_MAP
                : TableSource.Form.MAP;
        try {
            var opened = new Tables(settings).openOrFail(table.type() + ":" + table.name(), form);
            boolean hasServer = isClient(table) || SERVERS.contains(table.type());
            if ((asksServers || !hasServer)
                    && opened.find("postmaster") instanceof LookupResult.Unavailable(String reason)) {
                told(table, name, reason, place);
            }
        } catch (TableException e) {
            told(table, name, String.valueOf(e.getMessage()), place);
        }
    }

    private void told(TableReference table, String name, String text, Place place) {
        if (text.contains(STALE)) {
            files.add(Finding.Kind.STALE_TABLE, place.file, place.line, text,
                    "run " + (name.startsWith("alias_") ? "postalias " : "postmap ") + table.type() + ":"
                            + table.name());
        } else if (!text.contains(MISSING)) {
            files.add(Finding.Kind.BROKEN_TABLE, place.file, place.line, text, "");
        } else if (!isWrittenByDaemons(name)) {
            files.add(Finding.Kind.MISSING_TABLE, place.file, place.line,
                    table.type() + ":" + table.name() + " in " + name + ": " + MISSING, "");
        }
    }

    /** Caches come into being when they are first used. */
    private static boolean isWrittenByDaemons(String name) {
        return name.endsWith("_map") || name.endsWith("_cache_database") || name.endsWith("_cache_name");
    }
}
