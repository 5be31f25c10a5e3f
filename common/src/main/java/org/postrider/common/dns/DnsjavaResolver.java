package org.postrider.common.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.AsciiDomain;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The stub resolver (RFC 1035): one question to the servers of {@link ResolverSettings} in order, over UDP and, when the
 * answer is truncated, over TCP. EDNS is not used, so that the oldest servers answer. Aliases are followed, ten at most.
 * The cache belongs to the object; dnsjava's static caches are not used. Answers behind a filter are not kept: its tables may
 * change.
 */
public final class DnsjavaResolver implements Resolver {
    private static final int MOST_ALIASES = 10;
    private static final int MOST_CACHED = 5000;
    private static final long LONGEST_NEGATIVE_SECONDS = 300;

    private final List<SimpleResolver> servers = new ArrayList<>();
    private final int attempts;
    private final boolean transitional;
    private final AnswerCache cache;
    private final AnswerFilter filter;

    public DnsjavaResolver(ResolverSettings settings, InstantSource clock) {
        this(settings, clock, AnswerFilter.NONE);
    }

    /** @param filter says which records count */
    public DnsjavaResolver(ResolverSettings settings, InstantSource clock, AnswerFilter filter) {
        this.filter = filter;
        for (InetSocketAddress address : settings.servers()) {
            SimpleResolver server = new SimpleResolver(address);
            server.setEDNS(-1);
            server.setTimeout(settings.timeout());
            servers.add(server);
        }
        this.attempts = settings.attempts();
        this.transitional = settings.transitional();
        this.cache = new AnswerCache(clock, MOST_CACHED);
    }

    @Override
    public DnsAnswer lookup(String unicode, RecordType type) {
        String name = AsciiDomain.of(unicode, transitional).orElse(unicode);
        String key = name.toLowerCase(Locale.ROOT);
        DnsAnswer known = cache.get(key, type);
        if (known != null) {
            return known;
        }
        if (!DomainName.valid(name)) {
            return new DnsAnswer.NxDomain("Name service error for " + name + ": invalid host or domain name");
        }
        try {
            return ask(key, name, type);
        } catch (TextParseException _) {
            return new DnsAnswer.NxDomain("Name service error for " + name + ": invalid host or domain name");
        }
    }

    private DnsAnswer ask(String key, String name, RecordType type) throws TextParseException {
        Name wanted = Name.fromString(name, Name.root);
        long timeToLive = Long.MAX_VALUE;
        for (int aliases = 0; aliases <= MOST_ALIASES; aliases++) {
            Message reply = exchange(Message.newQuery(Record.newRecord(wanted, type.code(), DClass.IN)));
            if (reply == null) {
                return DnsAnswer.tryAgain(name, type);
            }
            Chain chain = Chain.follow(reply, wanted, type, timeToLive);
            if (chain.endless()) {
                return DnsAnswer.tryAgain(name, type);
            }
            if (!chain.found().isEmpty()) {
                return found(key, name, type, chain);
            }
            boolean moved = !chain.owner().equals(wanted);
            if (moved && reply.getRcode() == Rcode.NOERROR && negativeSeconds(reply) == 0) {
                wanted = chain.owner();
                timeToLive = chain.timeToLive();
                continue;
            }
            DnsAnswer answer = reply.getRcode() == Rcode.NXDOMAIN
                    ? DnsAnswer.nxDomain(name, type)
                    : DnsAnswer.noData(name, type);
            cache.put(key, type, answer, negativeSeconds(reply));
            return answer;
        }
        return DnsAnswer.tryAgain(name, type);
    }

    private DnsAnswer found(String key, String name, RecordType type, Chain chain) {
        List<DnsRecord> kept = new ArrayList<>();
        for (Found one : chain.found()) {
            switch (filter.isEmpty() ? AnswerFilter.Fate.STAYS : filter.fate(one.text())) {
                case STAYS -> kept.add(one.entry());
                case GOES -> {
                    // As if it had not been there.
                }
                case UNKNOWN -> {
                    return DnsAnswer.unfiltered(name, type);
                }
            }
        }
        if (kept.isEmpty()) {
            return DnsAnswer.allFiltered(name, type);
        }
        DnsAnswer answer = new DnsAnswer.Answers(text(chain.owner()), kept);
        cache.put(key, type, answer, filter.isEmpty() ? chain.timeToLive() : 0);
        return answer;
    }

    /** The first definite reply (NOERROR or NXDOMAIN) of any server; null when there is none. */
    private @Nullable Message exchange(Message query) {
        for (int attempt = 0; attempt < attempts; attempt++) {
            for (SimpleResolver server : servers) {
                try {
                    Message reply = server.send(query);
                    boolean definite = reply.getRcode() == Rcode.NOERROR || reply.getRcode() == Rcode.NXDOMAIN;
                    if (definite && reply.getHeader().getFlag(Flags.QR)) {
                        return reply;
                    }
                } catch (IOException _) {
                    // Silence, refusal and garbage are one thing here: the next server is asked.
                }
            }
        }
        return null;
    }

    /** How long a negative answer holds: RFC 2308 section 5. */
    private static long negativeSeconds(Message reply) {
        for (Record entry : reply.getSection(Section.AUTHORITY)) {
            if (entry instanceof SOARecord authority) {
                return Math.min(LONGEST_NEGATIVE_SECONDS, Math.min(authority.getTTL(), authority.getMinimum()));
            }
        }
        return 0;
    }

    /** A record, and what it was made from. */
    private record Found(DnsRecord entry, Record source) {
        /** As filters see it. */
        String text() {
            String value = source instanceof TXTRecord strings ? joined(strings) : source.rdataToString();
            return source.getName() + " " + source.getTTL() + " IN " + Type.string(source.getType()) + " " + value;
        }
    }

    /**
     * The records of one reply that belong to a name, after the aliases in that reply.
     *
     * @param endless the aliases lead round in a circle, or on and on
     */
    private record Chain(Name owner, List<Found> found, long timeToLive, boolean endless) {
        static Chain follow(Message reply, Name wanted, RecordType type, long soFar) {
            List<Record> section = reply.getSection(Section.ANSWER);
            Name owner = wanted;
            long timeToLive = soFar;
            int aliases = 0;
            for (CNAMERecord alias = alias(section, owner, type); alias != null; alias = alias(section, owner, type)) {
                if (aliases++ == MOST_ALIASES) {
                    return new Chain(owner, List.of(), timeToLive, true);
                }
                owner = alias.getTarget();
                timeToLive = Math.min(timeToLive, alias.getTTL());
            }
            List<Found> found = new ArrayList<>();
            for (Record entry : section) {
                DnsRecord translated = entry.getType() == type.code() && entry.getName().equals(owner)
                        ? translate(entry)
                        : null;
                if (translated != null) {
                    found.add(new Found(translated, entry));
                    timeToLive = Math.min(timeToLive, entry.getTTL());
                }
            }
            return new Chain(owner, found, timeToLive, false);
        }

        private static @Nullable CNAMERecord alias(List<Record> section, Name owner, RecordType type) {
            for (Record entry : section) {
                if (type != RecordType.CNAME && entry instanceof CNAMERecord alias && alias.getName().equals(owner)) {
                    return alias;
                }
            }
            return null;
        }
    }

    private static @Nullable DnsRecord translate(Record entry) {
        return switch (entry) {
            case ARecord host -> new DnsRecord.Host(host.getAddress());
            case AAAARecord host -> new DnsRecord.Host(host.getAddress());
            case MXRecord exchanger -> new DnsRecord.Mx(exchanger.getPriority(), text(exchanger.getTarget()));
            case NSRecord server -> new DnsRecord.NameServer(text(server.getTarget()));
            case PTRRecord pointer -> new DnsRecord.Pointer(text(pointer.getTarget()));
            case CNAMERecord alias -> new DnsRecord.Alias(text(alias.getTarget()));
            case TXTRecord strings -> new DnsRecord.Text(joined(strings));
            case SRVRecord service -> new DnsRecord.Service(service.getPriority(), service.getWeight(),
                    service.getPort(), text(service.getTarget()));
            default -> null;
        };
    }

    private static String joined(TXTRecord strings) {
        StringBuilder text = new StringBuilder();
        for (byte[] part : strings.getStringsAsByteArrays()) {
            text.append(new String(part, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private static String text(Name name) {
        return name.toString(true).equals(".") ? "" : name.toString(true);
    }
}
