package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.AccountDatabase;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.IndexChoice;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.TableSettings;
import org.postrider.common.lookup.TableSource;
import org.postrider.common.lookup.Tables;

/**
 * The tables that values name: are they there, newer than their sources, and do they answer? Tables behind a network are only
 * looked at, not asked, so that a check does not depend on them.
 */
final class TableCheck {
    /** The types with an index beside the source, and what its name ends with; hash and btree may have another. */
    private static final Map<String, String> INDEXES = Map.of("hash", ".db", "btree", ".db", "lmdb", ".lmdb", "cdb",
            ".cdb");
    private static final Set<String> TWO_INDEXES = Set.of("hash", "btree");
    private static final Set<String> FILES = Set.of("texthash", "cidr", "regexp", "pcre");
    private static final Set<String> ASKED = Set.of("hash", "btree", "lmdb", "cdb", "texthash", "cidr", "regexp",
            "pcre",
            "inline", "static", "unix");
    private static final Set<String> SECRETS = Set.of("smtp_sasl_password_maps", "lmtp_sasl_password_maps");

    private final CheckedFiles files;
    private final Set<String> done = new HashSet<>();

    TableCheck(CheckedFiles files) {
        this.files = files;
    }

    void run() {
        Parameters parameters = files.parameters();
        for (CheckedFiles.Setting setting : files.settings()) {
            check(parameters, setting.name(), setting.value(), files.mainFile(), setting.line());
        }
        for (CheckedFiles.ServiceAt service : files.services()) {
            Parameters own = parameters.with(service.row().overrides());
            service.row().overrides().forEach(
                    (name, value) -> check(own, name, value, files.masterFile(), service.line()));
        }
    }

    private void check(Parameters parameters, String name, String value, String file, int line) {
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
            if (done.add(table.toString() + SECRETS.contains(name))) {
                checkFile(table, name, file, line);
            }
        }
    }

    private void checkFile(TableReference table, String name, String file, int line) {
        String index = INDEXES.get(table.type());
        boolean client = !ParameterCatalogue.standard().table(table.type()).isEmpty();
        if (table.isFile() && (index != null || client || FILES.contains(table.type()))) {
            Path source = Path.of(table.name());
            Path compiled = TWO_INDEXES.contains(table.type())
                    ? newestIndex(source)
                    : Path.of(table.name() + (index == null ? "" : index));
            boolean written = name.endsWith("_map") || name.endsWith("_cache_database");
            if (!Files.exists(source) && !Files.exists(compiled)) {
                if (!written) {
                    files.add(Finding.Kind.MISSING_TABLE, file, line,
                            table.type() + ":" + source + " in " + name + ": No such file or directory", "");
                }
                return;
            }
            checkAge(table, source, compiled, file, line);
            checkSecret(name, source, client, file, line);
            if (client) {
                checkClient(table, source);
                return;
            }
        }
        if (ASKED.contains(table.type())) {
            ask(table, name, file, line);
        }
    }

    /** The index that would answer if it is not older than the source. */
    private static Path newestIndex(Path source) {
        IndexChoice choice = IndexChoice.of(source);
        return switch (choice.kind()) {
            case LMDB, BERKELEY -> choice.file();
            case SOURCE, NONE -> Objects.requireNonNullElse(choice.stale(), IndexChoice.berkeley(source));
        };
    }

    private void checkAge(TableReference table, Path source, Path compiled, String file, int line) {
        try {
            if (!source.equals(compiled) && Files.exists(source) && Files.exists(compiled)
                    && Files.getLastModifiedTime(source).compareTo(Files.getLastModifiedTime(compiled)) > 0) {
                files.add(Finding.Kind.STALE_TABLE, file, line, source + " is newer than " + compiled,
                        "run postmap " + table.type() + ":" + source);
            }
        } catch (IOException e) {
            files.add(Finding.Kind.BROKEN_TABLE, file, line, source + ": " + e.getMessage(), "");
        }
    }

    private void checkSecret(String name, Path source, boolean client, String file, int line) {
        try {
            boolean secret = client || SECRETS.contains(name);
            if (secret && Files.exists(source)
                    && Files.getPosixFilePermissions(source).contains(PosixFilePermission.OTHERS_READ)) {
                files.add(Finding.Kind.WRONG_MODE, file, line, source + " in " + name + " can be read by every user",
                        "chmod o-rwx " + source);
            }
        } catch (IOException e) {
            files.add(Finding.Kind.BROKEN_TABLE, file, line, source + ": " + e.getMessage(), "");
        }
    }

    private void checkClient(TableReference table, Path source) {
        try {
            Set<String> known = ParameterCatalogue.standard().table(table.type()).keySet();
            for (MainCf.Entry entry : MainCf.read(source).entries()) {
                if (!known.contains(entry.name())) {
                    files.add(Finding.Kind.UNUSED_TABLE_SETTING, source.toString(), entry.line(),
                            entry.name() + " is no setting of " + table.type(), "");
                }
            }
        } catch (ConfigurationException e) {
            files.add(Finding.Kind.SYNTAX, source.toString(), 0, e.getMessage(), "");
        }
    }

    private void ask(TableReference table, String name, String file, int line) {
        Complaints complaints = new Complaints() {
            @Override
            public void warn(String text) {
                // A stale index has a finding of its own.
                if (!text.contains(" is older than source file ")) {
                    files.add(Finding.Kind.BROKEN_TABLE, file, line, text, "");
                }
            }

            @Override
            public void error(String text) {
                warn(text);
            }
        };
        TableSettings settings = new TableSettings(Path.of(""), InstantSource.system(), RandomGenerator.getDefault(),
                Map.of(), AccountDatabase.ofFiles(), true, true, complaints);
        TableSource.Form form = name.startsWith("alias_")
                ? TableSource.Form.ALIASES_OR_MAP
                : TableSource.Form.MAP;
        try {
            LookupResult answer = new Tables(settings)
                    .openOrFail(table.type() + ":" + table.name(), form)
                    .find("postmaster");
            if (answer instanceof LookupResult.Unavailable(String reason)) {
                files.add(Finding.Kind.BROKEN_TABLE, file, line, reason, "");
            }
        } catch (TableException e) {
            files.add(Finding.Kind.BROKEN_TABLE, file, line, String.valueOf(e.getMessage()), "");
        }
    }
}
