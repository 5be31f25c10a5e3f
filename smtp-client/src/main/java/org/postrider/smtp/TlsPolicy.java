package org.postrider.smtp;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.tls.TlsException;
import org.postrider.common.tls.TrustAnchors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sessions with a next hop must be protected: {@code smtp_tls_policy_maps} for some, the {@code smtp_tls} parameters for all
 * others. Without policy maps the obsolete {@code smtp_tls_per_site} may say more about the next hop and about each of its hosts.
 * Immutable; lookups may block.
 */
final class TlsPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(TlsPolicy.class);
    private static final String SITES = "per_site";
    private static final Set<String> SITE_WORDS = Set.of("none", "may", "must_nopeermatch", "must");

    private final TlsClientSettings settings;
    private final TableList maps;
    private final TableList sites;
    /** Read once; as the same files make the same anchors, sessions can be kept. */
    private final Map<List<String>, TrustAnchors> anchors = new ConcurrentHashMap<>();
    private volatile @Nullable TlsDemand byDefault;

    TlsPolicy(TlsClientSettings settings, Tables tables) {
        this.settings = settings;
        this.maps = tables.list(settings.policyMaps());
        this.sites = tables.list(settings.perSite());
    }

    /** smtp_tls_wrappermode: TLS from the first byte. */
    boolean wrapper() {
        return settings.wrapper();
    }

    /**
     * What this next hop's sessions must have.
     *
     * @throws TroubleException when that can't be said, or nothing could have it
     */
    TlsDemand demand(Nexthop nexthop) throws TroubleException {
        String key = key(nexthop);
        return switch (find(key)) {
            case LookupResult.Found(String policy) -> parse(policy, key);
            case LookupResult.NotFound _ -> byDefault(key);
            case LookupResult.Unavailable _ -> throw new TroubleException(new Trouble.BadTlsPolicy());
        };
    }

    /**
     * The same for one host of the next hop, as {@code smtp_tls_per_site} has it: of what is said about next hop and host, the more
     * secure counts, and NONE more than MAY.
     *
     * @throws TroubleException when that can't be said
     */
    TlsDemand demand(TlsDemand general, Nexthop nexthop, String host) throws TroubleException {
        if (sites.isEmpty()) {
            return general;
        }
        String destination = key(nexthop);
        Set<String> words = new HashSet<>(site(destination));
        words.addAll(site(host.toLowerCase(Locale.ROOT)));
        boolean more = words.contains("may") && !general.level().isMandatory();
        String wanted = words.contains("must")
                ? "verify"
                : words.contains("must_nopeermatch")
                        ? "encrypt"
                        : words.contains("none") ? "none" : more ? "may" : "";
        return wanted.isEmpty() ? general : new Reading(wanted, destination).demand();
    }

    /**
     * The same for a message that asks for more or less than others. Who wants REQUIRETLS wants a server that has proved a name which
     * comes from the next hop or the administrator: one from an MX record that nobody has signed may be forged (RFC 8689 section 4.2.1).
     *
     * @throws TroubleException when that can't be said
     */
    TlsDemand demand(TlsDemand usual, Nexthop nexthop, RequireTls requirement) throws TroubleException {
        TlsLevel level = usual.level();
        TlsDemand changed = switch (requirement) {
            case OPPORTUNISTIC -> usual;
            case RELAXED -> level.isMandatory() ? new Reading("may", key(nexthop)).demand() : usual;
            case ENCRYPTED -> level.isMandatory() ? usual : new Reading("encrypt", key(nexthop)).demand();
            case ENFORCED -> switch (level) {
                case FINGERPRINT, SECURE -> usual;
                case VERIFY -> sure(usual, nexthop);
                case NONE, MAY, ENCRYPT -> new Reading("secure", key(nexthop)).demand();
            };
        };
        return changed.with(requirement);
    }

    /** The name of a mail exchanger counts only where it is the next hop itself. */
    private TlsDemand sure(TlsDemand usual, Nexthop nexthop) throws TroubleException {
        List<String> names = usual.match().stream()
                .filter(name -> !name.equals("hostname") || !(nexthop instanceof Nexthop.Domain)).toList();
        return names.isEmpty() ? new Reading("secure", key(nexthop)).demand() : usual.withMatch(names);
    }

    private Set<String> site(String name) throws TroubleException {
        return switch (sites.find(name)) {
            case LookupResult.NotFound _ -> Set.of();
            case LookupResult.Unavailable _ -> throw new TroubleException(new Trouble.BadTlsPolicy());
            case LookupResult.Found(String word) -> {
                String known = word.strip().toLowerCase(Locale.ROOT);
                if (!SITE_WORDS.contains(known)) {
                    LOG.warn("{}{}: unknown TLS policy '{}' for {}", settings.prefix(), SITES, word, name);
                    throw new TroubleException(new Trouble.BadTlsPolicy());
                }
                yield Set.of(known);
            }
        };
    }

    /** Nearly all mail has this one, so it is made once. */
    private TlsDemand byDefault(String key) throws TroubleException {
        TlsDemand known = byDefault;
        if (known == null) {
            known = new Reading(settings.level(), key).demand();
            byDefault = known;
        }
        return known;
    }

    /** The next hop, and for a plain domain its parents with a leading dot. */
    private LookupResult find(String key) {
        return key.indexOf(':') >= 0 ? maps.find(key) : AddressSearch.domain(maps, key);
    }

    private static String key(Nexthop nexthop) {
        String text = nexthop.text().toLowerCase(Locale.ROOT);
        return text.startsWith("inet:") || text.startsWith("unix:") ? text.substring(5) : text;
    }

    /** {@code level name=value ...}. */
    private TlsDemand parse(String policy, String key) throws TroubleException {
        String[] words = policy.strip().split("[\\s,]+", -1);
        Reading reading = new Reading(words[0].toLowerCase(Locale.ROOT), key);
        for (int i = 1; i < words.length; i++) {
            reading.attribute(words[i]);
        }
        return reading.demand();
    }

    /** One policy while it is read. */
    private final class Reading {
        private final TlsLevel wanted;
        private final String key;
        private final List<String> match = new ArrayList<>();
        private List<String> protocols;
        private String grade;
        private final Set<String> excluded;
        private String serverName = settings.serverName();
        private boolean reuse = settings.reuse();
        private final List<String> anchorFiles = new ArrayList<>();

        Reading(String word, String key) throws TroubleException {
            this.key = key;
            if (word.equals("dane-only")) {
                throw new TroubleException(new Trouble.NoDnssec());
            }
            Optional<TlsLevel> known = TlsLevel.of(word);
            if (known.isEmpty()) {
                throw bad("invalid security level \"" + word + '"');
            }
            this.wanted = settings.wrapper() && !known.get().isMandatory() ? TlsLevel.ENCRYPT : known.get();
            TlsClientSettings.Limits limits = settings.limits(wanted);
            this.protocols = limits.protocols();
            this.grade = limits.grade();
            this.excluded = new HashSet<>(limits.excluded());
        }

        private TroubleException bad(String what) {
            LOG.warn("{}, next-hop destination \"{}\": {}", settings.policyMapsName(), key, what);
            return new TroubleException(new Trouble.BadTlsPolicy());
        }

        void attribute(String word) throws TroubleException {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            String value = word.substring(equals + 1);
            if (equals < 0 || value.isEmpty()) {
                throw bad("malformed attribute/value pair \"" + word + '"');
            }
            switch (name) {
                case "match" -> match(value);
                case "tafile" -> anchorFile(value);
                case "protocols" -> protocols = List.of(value.split(":", -1));
                case "exclude" -> excluded.addAll(List.of(value.split(":", -1)));
                case "servername" -> serverName = value;
                case "connection_reuse" -> reuse = value.equals("yes");
                case "ciphers" -> grade = value;
                case "enable_rpk" -> {
                    // Raw keys are not what the libraries know.
                }
                default -> throw bad("invalid attribute name: \"" + name + '"');
            }
        }

        private void anchorFile(String file) throws TroubleException {
            if (!wanted.provesByAuthorities()) {
                throw bad("attribute \"tafile\" invalid at security level");
            }
            anchorFiles.add(file);
        }

        private Optional<TrustAnchors> anchors() throws TroubleException {
            List<String> files = List.copyOf(anchorFiles.isEmpty() ? settings.anchorFiles() : anchorFiles);
            if (files.isEmpty() || !wanted.provesByAuthorities()) {
                return Optional.empty();
            }
            TrustAnchors known = anchors.get(files);
            if (known == null) {
                try {
                    known = TrustAnchors.read(files.stream().map(Path::of).toList());
                } catch (TlsException | InvalidPathException e) {
                    throw bad(String.valueOf(e.getMessage()));
                }
                TrustAnchors before = anchors.putIfAbsent(files, known);
                known = before == null ? known : before;
            }
            return Optional.of(known);
        }

        /** Names are separated by colons, fingerprints, which have colons inside, by bars. */
        private void match(String value) throws TroubleException {
            if (!wanted.proves()) {
                throw bad("attribute \"match\" invalid at security level");
            }
            match.addAll(List.of(value.split(wanted == TlsLevel.FINGERPRINT ? "\\|" : ":", -1)));
        }

        TlsDemand demand() throws TroubleException {
            if (wanted.proves() && match.isEmpty()) {
                (switch (wanted) {
                    case FINGERPRINT -> settings.matches().fingerprint();
                    case VERIFY -> settings.matches().verify();
                    default -> settings.matches().secure();
                }).forEach(word -> match
                        .addAll(List.of(word.split(wanted == TlsLevel.FINGERPRINT ? "\\|" : ":", -1))));
                if (match.isEmpty()) {
                    throw bad("nothing to match");
                }
            }
            return new TlsDemand(wanted, match, protocols, grade, excluded, serverName, reuse,
                    RequireTls.OPPORTUNISTIC, anchors());
        }
    }
}
