package org.postrider.common.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

/**
 * What a {@link FakeDnsServer} knows, one entry per line: {@code name [ttl] TYPE data}. TYPE is A, AAAA, MX, PTR, TXT, CNAME,
 * SRV, NS or SOA with its data in master-file form (names absolute, final dot optional); the owner of a PTR may be an
 * address. Or it is behaviour: {@code SERVFAIL}, {@code REFUSED}, {@code SILENT} (no answer at all), {@code TRUNCATE}
 * (UDP says "use TCP"), {@code DELAY milliseconds}, {@code EMPTY} (the name exists, without records). The owner
 * {@code *} means every name not listed. {@code #} starts a comment.
 */
public final class DnsZone {
    private static final long DEFAULT_TTL = 60;

    /** How a name behaves beyond its records. */
    record Conduct(boolean servfail, boolean refused, boolean silent, boolean truncate, long delayMillis) {
        static final Conduct PLAIN = new Conduct(false, false, false, false, 0);

        Conduct with(String word, String data) {
            return switch (word) {
                case "SERVFAIL" -> new Conduct(true, refused, silent, truncate, delayMillis);
                case "REFUSED" -> new Conduct(servfail, true, silent, truncate, delayMillis);
                case "SILENT" -> new Conduct(servfail, refused, true, truncate, delayMillis);
                case "TRUNCATE" -> new Conduct(servfail, refused, silent, true, delayMillis);
                case "DELAY" -> new Conduct(servfail, refused, silent, truncate, Long.parseLong(data));
                default -> this;
            };
        }
    }

    private final Map<String, List<Record>> records = new HashMap<>();
    private final Map<String, Conduct> conducts = new HashMap<>();

    private DnsZone() {}

    /** Reads a zone text; a bad line is an {@code IllegalArgumentException} that shows it. */
    public static DnsZone parse(String text) {
        DnsZone zone = new DnsZone();
        for (String line : text.lines().toList()) {
            int comment = line.indexOf('#');
            String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!entry.isEmpty()) {
                zone.add(entry);
            }
        }
        return zone;
    }

    private void add(String line) {
        String[] words = line.split("\\s+", 3);
        try {
            String owner = owner(words[0]);
            long ttl = DEFAULT_TTL;
            if (words[1].chars().allMatch(Character::isDigit)) {
                ttl = Long.parseLong(words[1]);
                String[] rest = words[2].split("\\s+", 2);
                words = new String[]{words[0], rest[0], rest.length > 1 ? rest[1] : ""};
            }
            String word = words[1].toUpperCase(Locale.ROOT);
            String data = words.length > 2 ? words[2] : "";
            records.computeIfAbsent(owner, _ -> new ArrayList<>());
            conducts.merge(owner, Conduct.PLAIN.with(word, data), (old, _) -> old.with(word, data));
            int type = Type.value(word);
            if (type > 0) {
                Name name = owner.equals("*") ? Name.fromString("*", Name.root) : Name.fromString(owner, Name.root);
                records.get(owner).add(Record.fromString(name, type, DClass.IN, ttl, data, Name.root));
            }
        } catch (IOException | RuntimeException bad) {
            throw new IllegalArgumentException("bad zone line: " + line, bad);
        }
    }

    private static String owner(String word) throws IOException {
        boolean address = word.indexOf(':') >= 0 || word.matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
        return address
                ? key(ReverseMap.fromAddress(InetAddress.getByName(word)))
                : key(Name.fromString(word, Name.root));
    }

    private static String key(Name name) {
        String text = name.toString(true).toLowerCase(Locale.ROOT);
        return text.equals("*") ? "*" : text;
    }

    boolean has(Name name) {
        return records.containsKey(key(name)) || records.containsKey("*");
    }

    List<Record> records(Name name) {
        String key = key(name);
        if (records.containsKey(key)) {
            return records.get(key);
        }
        List<Record> made = new ArrayList<>();
        for (Record wild : records.getOrDefault("*", List.of())) {
            made.add(wild.withName(name));
        }
        return made;
    }

    Conduct conduct(Name name) {
        return conducts.getOrDefault(key(name), conducts.getOrDefault("*", Conduct.PLAIN));
    }
}
