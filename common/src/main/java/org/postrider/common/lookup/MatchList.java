package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A list of patterns as mynetworks or mydestination have it: items between commas and white space, tried in order, the first
 * that applies decides. {@code !item} excludes; {@code /file} stands for the patterns in a file (read when the list is made);
 * {@code type:table} asks a table for a key, whatever its value.
 */
public final class MatchList {
    /** What is compared. */
    private enum Kind {
        STRING, DOMAIN, ADDRESS, HOST
    }

    private sealed interface Item {
        record Table(LookupTable table) implements Item {}

        record Text(String text) implements Item {}

        record Block(AddressBlock block) implements Item {}

        record Broken(String reason) implements Item {}
    }

    private record Entry(boolean excludes, Item item) {}

    private final List<Entry> entries;
    private final Kind kind;
    private final boolean parentMatchesSubdomains;
    private final Tables tables;
    /** What stands before a complaint. */
    private final String title;

    private MatchList(Kind kind, boolean parentMatchesSubdomains, Tables tables, List<Entry> entries, String title) {
        this.kind = kind;
        this.parentMatchesSubdomains = parentMatchesSubdomains;
        this.tables = tables;
        this.entries = entries;
        this.title = title;
    }

    /** The same list; when one of its tables fails the log says in which parameter it stands. */
    public MatchList named(String parameter) {
        return new MatchList(kind, parentMatchesSubdomains, tables, entries, parameter + ": ");
    }

    /** Strings, equal but for case. */
    public static MatchList strings(String text, Tables tables) {
        return make(Kind.STRING, text, false, tables);
    }

    /**
     * Domains: mydestination, relay_domains.
     *
     * @param parentMatchesSubdomains true when parent_domain_matches_subdomains names this list: {@code domain} then takes its
     *     subdomains too; else {@code .domain} does that
     */
    public static MatchList domains(String text, boolean parentMatchesSubdomains, Tables tables) {
        return make(Kind.DOMAIN, text, parentMatchesSubdomains, tables);
    }

    /** Network addresses and blocks only. */
    public static MatchList addresses(String text, Tables tables) {
        return make(Kind.ADDRESS, text, false, tables);
    }

    /** Clients by name or address: mynetworks, smtpd_client_event_limit_exceptions, debug_peer_list. */
    public static MatchList hosts(String text, boolean parentMatchesSubdomains, Tables tables) {
        return make(Kind.HOST, text, parentMatchesSubdomains, tables);
    }

    private static MatchList make(Kind kind, String text, boolean parents, Tables tables) {
        MatchList list = new MatchList(kind, parents, tables, new ArrayList<>(), "");
        for (String item : ListText.split(text)) {
            list.add(item, false, List.of());
        }
        return list;
    }

    /** @param around the files that are being read, outermost first */
    private void add(String written, boolean excludedAround, List<Path> around) {
        boolean excludes = excludedAround;
        String item = written;
        while (item.startsWith("!")) {
            excludes = !excludes;
            item = item.substring(1);
        }
        if (item.isEmpty()) {
            entries.add(new Entry(excludes, broken("no pattern after '!'")));
        } else if (item.charAt(0) == '/') {
            addFile(tables.settings().directory().resolve(item), excludes, around);
        } else {
            entries.add(new Entry(excludes, item(item)));
        }
    }

    private void addFile(Path file, boolean excludes, List<Path> around) {
        if (around.contains(file)) {
            entries.add(new Entry(excludes, broken("file " + file + " names itself in its list")));
            return;
        }
        List<Path> inside = new ArrayList<>(around);
        inside.add(file);
        try {
            String text = new String(tables.settings().services().files().bytes(file),
                    StandardCharsets.ISO_8859_1);
            for (String line : text.split("\n", -1)) {
                if (!line.stripLeading().startsWith("#")) {
                    for (String item : ListText.split(line)) {
                        add(item, excludes, inside);
                    }
                }
            }
        } catch (IOException e) {
            entries.add(new Entry(excludes, broken("open file " + file + ": " + FileTable.words(e))));
        }
    }

    private Item broken(String reason) {
        tables.settings().complaints().error(reason);
        return new Item.Broken(reason);
    }

    private Item item(String text) {
        if (isTable(text)) {
            return new Item.Table(tables.open(text));
        }
        if (kind == Kind.ADDRESS || kind == Kind.HOST) {
            boolean block = text.indexOf('/') >= 0;
            switch (AddressBlock.parse(text)) {
                case AddressBlock.Parsed.Good(AddressBlock good) -> {
                    return new Item.Block(good);
                }
                case AddressBlock.Parsed.Bad(String problem) -> {
                    if (block || kind == Kind.ADDRESS) {
                        return broken(problem);
                    }
                }
            }
        }
        return new Item.Text(text);
    }

    /** {@code type:name}; a bracketed IPv6 address and a bare one are none. */
    private static boolean isTable(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || text.charAt(0) == '[') {
            return false;
        }
        for (int i = 0; i < colon; i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && c != '_' && c != '-') {
                return false;
            }
        }
        return AddressText.bytes(text.indexOf('/') < 0 ? text : text.substring(0, text.indexOf('/'))).isEmpty();
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** For strings, domains, and addresses alone. */
    public MatchOutcome match(String subject) {
        return kind == Kind.ADDRESS ? decide("", subject) : decide(subject, "");
    }

    /** For hosts: a client's verified name ({@code unknown} when there is none) and printable address without brackets. */
    public MatchOutcome match(String name, String address) {
        return decide(name, address);
    }

    private MatchOutcome decide(String name, String address) {
        String folded = name.toLowerCase(Locale.ROOT);
        for (Entry entry : entries) {
            MatchOutcome outcome = switch (entry.item) {
                case Item.Broken _ -> MatchOutcome.UNAVAILABLE;
                case Item.Block(AddressBlock block) -> outcome(block.contains(address));
                case Item.Text(String text) -> outcome(nameMatches(text.toLowerCase(Locale.ROOT), folded));
                case Item.Table(LookupTable table) -> ask(table, folded, address);
            };
            if (outcome == MatchOutcome.UNAVAILABLE) {
                return outcome;
            }
            if (outcome == MatchOutcome.MATCH) {
                return entry.excludes ? MatchOutcome.NO_MATCH : MatchOutcome.MATCH;
            }
        }
        return MatchOutcome.NO_MATCH;
    }

    private static MatchOutcome outcome(boolean matches) {
        return matches ? MatchOutcome.MATCH : MatchOutcome.NO_MATCH;
    }

    private boolean nameMatches(String pattern, String name) {
        if (name.isEmpty()) {
            return false;
        }
        if (pattern.equals(name)) {
            return true;
        }
        if (kind == Kind.STRING) {
            return false;
        }
        if (parentMatchesSubdomains) {
            return name.endsWith('.' + pattern);
        }
        return pattern.startsWith(".") && name.endsWith(pattern) && name.length() > pattern.length();
    }

    private MatchOutcome ask(LookupTable table, String name, String address) {
        List<String> keys = new ArrayList<>();
        if (!name.isEmpty()) {
            keys.add(name);
            if (kind != Kind.STRING && !table.wantsWholeKey()) {
                keys.addAll(DomainParents.of(name, parentMatchesSubdomains));
            }
        }
        if (!address.isEmpty()) {
            keys.add(address);
        }
        for (String key : keys) {
            switch (table.find(key)) {
                case LookupResult.Found _ -> {
                    return MatchOutcome.MATCH;
                }
                case LookupResult.Unavailable _ -> {
                    tables.settings().complaints().warn(title + table.title() + ": table lookup problem");
                    return MatchOutcome.UNAVAILABLE;
                }
                case LookupResult.NotFound() -> {
                }
            }
        }
        return MatchOutcome.NO_MATCH;
    }
}
