package org.postrider.common.lookup;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.postrider.common.posix.PerlPattern;

/**
 * Opens tables by the names that administrators write: {@code type:name}, {@code proxy:type:name}, {@code type:{...}}. One object
 * per service; a table that several parameters name is opened once. A table that can't be opened is still a table: it answers
 * {@link LookupResult.Unavailable}, and the reason is logged once; with daemon_table_open_error_is_fatal, and in
 * {@link #openOrFail}, it is a {@link TableException}.
 */
public final class Tables {
    static final int DEEPEST = 20;
    private static final String PROXY = "proxy:";
    /** The tables that are being opened, outermost first, as the settings of one may name another. */
    private static final ScopedValue<List<String>> OPENING = ScopedValue.newInstance();

    private final TableSettings settings;
    private final boolean substitution;
    private final Aside aside = new Aside();
    private final ConcurrentHashMap<String, LookupTable> maps = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, LookupTable> aliases = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, UpdatableTable> updatable = new ConcurrentHashMap<>();

    public Tables(Path directory, InstantSource clock) {
        this(TableSettings.of(directory, clock));
    }

    public Tables(TableSettings settings) {
        this(settings, true);
    }

    private Tables(TableSettings settings, boolean substitution) {
        this.settings = settings;
        this.substitution = substitution;
    }

    /**
     * The same for tables whose results decide over commands, files, users or transports (transport_maps, virtual_mailbox_maps): in
     * them a regexp or pcre rule with $1 is skipped. Tables for alias_maps are always opened so.
     */
    public Tables withoutSubstitution() {
        return new Tables(settings, false);
    }

    public TableSettings settings() {
        return settings;
    }

    /** The table of this name. */
    public LookupTable open(String name) {
        return opened(maps, name, TableSource.Form.MAP);
    }

    /** The table of this name for alias_maps: text sources are in the form of aliases(5). */
    public LookupTable openAliases(String name) {
        return opened(aliases, name, TableSource.Form.ALIASES);
    }

    /** The table of this name; throws {@link TableException} when it does not work. For commands. */
    public LookupTable openOrFail(String name, TableSource.Form form) {
        return make(name, new Way(form, true, 0));
    }

    /**
     * Everything in a table, for commands: each key once, in the order of the file. A table that can't be listed, or not be opened,
     * is a {@link TableException}.
     */
    public void forEach(String name, TableSource.Form form, BiConsumer<String, String> entry) throws IOException {
        int colon = endOfType(name);
        String type = name.substring(0, colon);
        String rest = name.substring(colon + 1);
        switch (type) {
            case "lmdb" -> opened(path(rest + ".lmdb"), LmdbContents::open).forEach(entry);
            case "cdb" -> opened(path(rest + ".cdb"), CdbContents::open).forEach(entry);
            case "hash", "btree" -> {
                IndexChoice choice = IndexChoice.of(path(rest));
                switch (choice.kind()) {
                    case LMDB -> opened(choice.file(), LmdbContents::open).forEach(entry);
                    case BERKELEY -> opened(choice.file(), BerkeleyContents::open).forEach(entry);
                    case SOURCE -> forEachIn(choice.file(), form, entry);
                    case NONE -> throw new TableException(
                            "open database " + choice.file() + ": No such file or directory");
                }
            }
            case "texthash" -> forEachIn(path(rest), TableSource.Form.MAP, entry);
            case "inline" -> InlineEntries.read(name, rest, settings.foldKeys())
                    .forEach(one -> entry.accept(one.key(), one.value()));
            case "proxy" -> throw new TableException("can't sequence maps via the proxy service");
            case "fail" -> throw new TableException("table " + name + ": sequence error: Application error");
            default -> {
                LookupTable _ = openOrFail(name, form);
                throw new TableException("table " + name + ": sequence operation is not supported");
            }
        }
    }

    private IndexContents opened(Path file, IndexOpener opener) {
        try {
            return opener.open(settings.services().files(), file, settings.foldKeys());
        } catch (IOException e) {
            throw new TableException("open database " + file + ": " + FileTable.words(e));
        }
    }

    private void forEachIn(Path source, TableSource.Form form, BiConsumer<String, String> entry) throws IOException {
        TableSource reader = new TableSource(source.toString(), form, settings.foldKeys(),
                settings.complaints()::warn);
        Set<String> seen = new HashSet<>();
        try {
            reader.read(source, one -> {
                if (seen.add(one.key())) {
                    entry.accept(one.key(), one.value());
                } else {
                    settings.complaints().warn(HashContents.duplicate(one, source.toString()));
                }
            });
        } catch (NoSuchFileException _) {
            throw new TableException("open database " + source + ": No such file or directory");
        }
    }

    /** The tables in this list of names, in order. */
    public TableList list(String names) {
        return new TableList(ListText.split(names).stream().map(this::open).toList());
    }

    /** The tables in this list of names, in order. */
    public TableList list(List<String> names) {
        return new TableList(names.stream().map(this::open).toList());
    }

    /** The tables in this list of names for alias_maps, in order. */
    public TableList aliasList(List<String> names) {
        return new TableList(names.stream().map(this::openAliases).toList());
    }

    private LookupTable opened(ConcurrentHashMap<String, LookupTable> known, String name, TableSource.Form form) {
        LookupTable table = known.get(name);
        if (table != null) {
            return table;
        }
        LookupTable made = open(name, new Way(form, settings.openErrorIsFatal(), 0));
        LookupTable before = known.putIfAbsent(name, made);
        return before == null ? made : before;
    }

    /**
     * How a table is opened.
     *
     * @param strict an error is thrown
     * @param depth how many tables stand around this one
     */
    private record Way(TableSource.Form form, boolean strict, int depth) {
        boolean isForAliases() {
            return form != TableSource.Form.MAP;
        }

        Way deeper() {
            return new Way(form, strict, depth + 1);
        }
    }

    private LookupTable open(String name, Way way) {
        if (way.strict) {
            return make(name, way);
        }
        try {
            return make(name, way);
        } catch (TableException e) {
            settings.complaints().error(String.valueOf(e.getMessage()));
            return new BrokenTable(name, String.valueOf(e.getMessage()));
        }
    }

    private LookupTable make(String name, Way way) {
        int colon = endOfType(name);
        if (way.depth > DEEPEST) {
            throw new TableException("tables are nested too deep: \"" + name + '"');
        }
        String type = name.substring(0, colon);
        String rest = name.substring(colon + 1);
        return switch (type) {
            case "proxy" -> proxied(name, rest, way);
            case "texthash" -> textFile(name, rest, "open database " + path(rest), way,
                    way.isForAliases() ? TableSource.Form.MAP_OR_ALIASES : way.form);
            case "hash", "btree" -> indexed(name, rest, way);
            case "lmdb" -> index(name, rest, ".lmdb", LmdbContents::open, way);
            case "cdb" -> index(name, rest, ".cdb", CdbContents::open, way);
            case "cidr" -> rules(name, rest, this::cidr, way);
            case "regexp" -> rules(name, rest, expressions(ExpressionDialect.REGEXP, way), way);
            case "pcre" -> rules(name, rest, perlExpressions(way), way);
            case "inline" -> inline(name, rest);
            case "static" -> new StaticTable(name, ListText.unbrace(rest));
            case "debug" -> new DebugTable(name, make(rest, way.deeper()), settings.complaints());
            case "environ" -> new EnvironmentTable(name, settings.environment());
            // The default of alias_maps names NIS; on a host that has none, as any today, such a table is empty.
            case "nis" -> new FixedTable(name, _ -> LookupResult.NOT_FOUND, false);
            case "internal" -> new FixedTable(name, _ -> LookupResult.NOT_FOUND, false);
            case "fail" -> new BrokenTable(name, "table " + name + ": always fails");
            case "unix" -> accounts(name, rest);
            case "unionmap" -> new UnionTable(name, nested(name, rest, way));
            case "pipemap" -> new PipeTable(name, nested(name, rest, way));
            case "randmap" -> new RandomTable(name, members(name, rest), settings.random());
            case "tcp" -> TcpTable.of(name, rest, settings.complaints(), aside);
            case "socketmap" -> SocketMapTable.of(name, rest, settings.complaints(), aside,
                    SocketMapTable.Limits.of(settings.services().parameters().get()));
            default -> plugin(name, type, rest);
        };
    }

    /** Where the colon stands in {@code type:name}; a {@link TableException} where one of the two is missing. */
    public static int endOfType(String name) {
        int colon = name.indexOf(':');
        if (colon <= 0 || colon == name.length() - 1) {
            throw new TableException("open dictionary: expecting \"type:name\" form instead of \"" + name + '"');
        }
        return colon;
    }

    private LookupTable plugin(String name, String type, String rest) {
        TableFiles files = settings.services().files();
        Optional<LookupTable> kept = files.table(name);
        if (kept.isPresent()) {
            return kept.get();
        }
        TableType found = settings.services().plugins().find(type)
                .orElseThrow(() -> new TableException("unsupported dictionary type: " + type));
        List<String> around = OPENING.isBound() ? OPENING.get() : List.of();
        if (around.contains(name)) {
            throw new TableException("table " + name + " names itself in its settings");
        }
        List<String> inside = new ArrayList<>(around);
        inside.add(name);
        try {
            return ScopedValue.where(OPENING, inside).call(() -> found.open(name, rest, this));
        } catch (TableException e) {
            return files.tableOfOld(name).orElseThrow(() -> e);
        }
    }

    /**
     * Opens ahead what the tables need that this value of a parameter names, for the time when this process may not do so any more.
     * What is wrong with a table shows when it is opened.
     *
     * @param list true where {@code /file} stands for a list in a file
     */
    public void keep(String value, boolean list) {
        new TablesToKeep(this, settings.services()).keep(value, list, 0);
    }

    private LookupTable proxied(String title, String name, Way way) {
        Optional<ProxyService> proxy = settings.services().proxy();
        if (proxy.isEmpty()) {
            return make(name, way.deeper());
        }
        ProxyTable table = proxyTable(title, name, proxy.get());
        if (way.strict) {
            table.open();
        }
        return table;
    }

    private ProxyTable proxyTable(String title, String name, ProxyService service) {
        return new ProxyTable(title,
                new ProxyService.Table(withoutProxy(name), settings.foldKeys(), substitution), service,
                settings.complaints());
    }

    /** The name behind any number of {@code proxy:}. */
    public static String withoutProxy(String name) {
        String bare = name;
        while (bare.startsWith(PROXY)) {
            bare = bare.substring(PROXY.length());
        }
        return bare;
    }

    /**
     * The table of this name, to be changed too; one of hash, btree and lmdb is made when it is not there.
     *
     * @throws TableException when its type is for reading only, or the table can't be opened
     */
    public UpdatableTable openForUpdate(String name) {
        UpdatableTable table = updatable.get(name);
        if (table != null) {
            return table;
        }
        UpdatableTable made = makeForUpdate(name);
        UpdatableTable before = updatable.putIfAbsent(name, made);
        return before == null ? made : before;
    }

    private UpdatableTable makeForUpdate(String name) {
        Optional<ProxyService> writer = settings.services().proxyWriter();
        if (name.startsWith(PROXY) && writer.isPresent()) {
            return proxyTable(name, name, writer.get());
        }
        String bare = withoutProxy(name);
        int colon = Math.max(0, bare.indexOf(':'));
        return switch (bare.substring(0, colon)) {
            case "hash", "btree" -> updatableIndex(bare, bare.substring(colon + 1), true);
            case "lmdb" -> updatableIndex(bare, bare.substring(colon + 1), false);
            case "cdb" -> throw new TableException(CdbWriter.NOT_FOR_CHANGES);
            default -> {
                if (make(bare, new Way(TableSource.Form.MAP, true, 0)) instanceof UpdatableTable table) {
                    yield table;
                }
                throw new TableException(name + " map requires O_RDONLY access mode");
            }
        };
    }

    private UpdatableTable updatableIndex(String title, String name, boolean hash) {
        long room = settings.services().parameters().get().longNumber("lmdb_map_size");
        return UpdatableIndex.open(title, new ExistingIndex(path(name), hash, room), aside, settings);
    }

    private LookupTable textFile(String title, String file, String openWords, Way way,
            TableSource.Form form) {
        FileTable table = new FileTable(title, new FileTable.Source(path(file), FileTable.Kind.TEXT, openWords,
                source -> HashContents.read(source, form, settings)), false, aside, settings);
        return checked(table.open(), table, way);
    }

    private interface IndexOpener {
        IndexContents open(TableFiles files, Path file, boolean fold) throws IOException;
    }

    private FileTable indexFile(String title, Path file, IndexOpener opener) {
        return new FileTable(title, new FileTable.Source(file, FileTable.Kind.INDEX, "open database " + file,
                source -> opener.open(settings.services().files(), source, settings.foldKeys())), false, aside,
                settings);
    }

    private LookupTable index(String title, String name, String suffix, IndexOpener opener, Way way) {
        Path file = path(name + suffix);
        FileTable table = indexFile(title, file, opener);
        if (IndexChoice.isOlder(settings.services().files(), file, path(name))) {
            settings.complaints().warn("database " + file + " is older than source file " + path(name));
        }
        return checked(table.open(), table, way);
    }

    /** An index beside its source, or only one of the two. */
    private LookupTable indexed(String title, String name, Way way) {
        Path source = path(name);
        TableSource.Form form = way.isForAliases() ? TableSource.Form.ALIASES_OR_MAP : way.form;
        FileTable text = new FileTable(title,
                new FileTable.Source(source, FileTable.Kind.TEXT, "open database " + IndexChoice.berkeley(source),
                        file -> HashContents.readSmall(file, form, settings)),
                false, aside, settings);
        IndexedTable table = new IndexedTable(title, source,
                new IndexedTable.Files(indexFile(title, IndexChoice.lmdb(source), LmdbContents::open),
                        indexFile(title, IndexChoice.berkeley(source), BerkeleyContents::open), text),
                settings);
        return checked(table.open(), table, way);
    }

    /** Reads the text of a table of patterns. */
    private interface RulesReader {
        TableContents read(LogicalLines lines, String title) throws IOException;
    }

    private TableContents cidr(LogicalLines lines, String title) throws IOException {
        return new CidrReader(title, settings.complaints()).read(lines);
    }

    private RulesReader perlExpressions(Way way) {
        if (!PerlPattern.isAvailable()) {
            throw new TableException(
                    "unsupported dictionary type: pcre (library " + PerlPattern.LIBRARY + " is not on this system)");
        }
        return expressions(ExpressionDialect.PCRE, way);
    }

    private RulesReader expressions(ExpressionDialect dialect, Way way) {
        boolean substitutes = substitution && !way.isForAliases();
        return (lines, title) -> new RuleReader(title, dialect, substitutes, settings.complaints()).read(lines, aside);
    }

    private LookupTable rules(String title, String text, RulesReader reader, Way way) {
        if (text.startsWith("{")) {
            return fixedRules(title, text, reader);
        }
        Path path = path(text);
        FileTable table = new FileTable(title, new FileTable.Source(path, FileTable.Kind.TEXT, "open " + path,
                source -> readRules(source, reader)), true, aside, settings);
        return checked(table.open(), table, way);
    }

    private TableContents readRules(Path source, RulesReader reader) throws IOException {
        try (LogicalLines lines = LogicalLines.open(settings.services().files(), source)) {
            return reader.read(lines, source.toString());
        }
    }

    private static LookupTable fixedRules(String title, String text, RulesReader reader) {
        StringBuilder lines = new StringBuilder();
        for (String rule : InlineRules.split(title.substring(0, title.indexOf(':')), text)) {
            lines.append(rule).append('\n');
        }
        try (LogicalLines source = new LogicalLines(new StringReader(lines.toString()))) {
            return new FixedTable(title, reader.read(source, text), true);
        } catch (IOException e) {
            throw new TableException(title + ": " + e.getMessage());
        }
    }

    /** A file that is missing now may be there later: the table exists, and says so in the meantime. */
    private LookupTable checked(String problem, LookupTable table, Way way) {
        if (!problem.isEmpty()) {
            if (way.strict) {
                throw new TableException(problem);
            }
            settings.complaints().error(problem);
        }
        return table;
    }

    private LookupTable inline(String title, String text) {
        return new FixedTable(title,
                HashContents.of(InlineEntries.read(title, text, settings.foldKeys()), title, settings), false);
    }

    private LookupTable accounts(String title, String which) {
        return switch (which) {
            case "passwd.byname" ->
                new AccountTable(title, name -> aside.call(() -> settings.accounts().user(name)), settings.foldKeys());
            case "group.byname" ->
                new AccountTable(title, name -> aside.call(() -> settings.accounts().group(name)), settings.foldKeys());
            default -> throw new TableException("unknown table: " + title);
        };
    }

    private List<LookupTable> nested(String title, String text, Way way) {
        return members(title, text).stream().map(member -> open(member, way.deeper())).toList();
    }

    private static List<String> members(String title, String text) {
        List<String> members = ListText.isBraced(text) ? ListText.split(ListText.unbrace(text)) : List.of();
        if (members.isEmpty()) {
            String type = title.substring(0, title.indexOf(':'));
            throw new TableException("bad syntax: \"" + title + "\"; need \"" + type + ":{"
                    + (type.equals("randmap") ? "value" : "type:name") + "...}\"");
        }
        return members;
    }

    private Path path(String name) {
        return settings.directory().resolve(name);
    }
}
