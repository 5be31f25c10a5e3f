package org.postrider.smtp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.DnsFilterTables;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.delivery.DeliveryService;
import org.postrider.common.delivery.SocketHandOff;
import org.postrider.common.dns.AddressFamilies;
import org.postrider.common.dns.DnsjavaResolver;
import org.postrider.common.dns.HostLookup;
import org.postrider.common.dns.MxLookup;
import org.postrider.common.dns.Resolver;
import org.postrider.common.dns.ResolverSettings;
import org.postrider.common.dns.ServiceLookup;
import org.postrider.common.lookup.Tables;
import org.postrider.common.lookup.WatchedPeers;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.TlsFiles;

/** smtp(8) and lmtp(8): one program, which speaks the language of the name it runs under. */
public final class Smtp implements Program {
    private static final Set<String> PROGRAMS = Set.of("smtp", "lmtp");

    private final TlsFiles tlsFiles = new TlsFiles();

    /** Started by master. */
    public static void main(String[] arguments) {
        Daemon.run(new Smtp(), arguments);
    }

    @Override
    public String name() {
        return "smtp";
    }

    @Override
    public void prepare(ServiceContext context) {
        CredentialFiles.keepAll(tlsFiles, context.parameters(), PROGRAMS,
                List.of("smtp_tls_", "lmtp_tls_"));
    }

    /** Conversations read their messages from the queue, mostly from memory; a slow disk holds up one loop in four. */
    @Override
    public int eventLoops() {
        return 4;
    }

    @Override
    public Set<String> tableReaders(String command) {
        return PROGRAMS.contains(command) ? Set.of(command, "ALL") : Set.of();
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) throws ConfigurationException {
        Protocol protocol = context.programName().equals("lmtp") ? Protocol.LMTP : Protocol.SMTP;
        try {
            return new SmtpService(context, parts(context, protocol));
        } catch (IllegalArgumentException bad) {
            throw new ConfigurationException(String.valueOf(bad.getMessage()), bad);
        }
    }

    private SmtpParts parts(ServiceContext context, Protocol protocol) {
        Parameters parameters = context.parameters();
        ClientSettings settings = ClientSettings.of(parameters, protocol);
        Tables tables = context.tables(DeliveryService.tableDirectory(context));
        ExtraHeaders flags = flags(context.arguments());
        HostFinder finder = finder(context, settings, tables);
        Connector connector = new Connector(context.network(), settings,
                new ServerOddities(settings.oddities(), tables),
                WatchedPeers.of(parameters, tables), Transcript.Postmaster.of(context, protocol), System::nanoTime);
        GenericMap generic = new GenericMap(settings.generic(), tables.list(settings.generic().maps()),
                GenericMap.search(parameters, tables));
        return new SmtpParts(settings, finder, connector, new SessionPool(settings.reuse(), System::nanoTime),
                new FailurePolicy(settings.skipGreeting5xx()), new TlsPolicy(settings.tls(), tables),
                new RequireTlsPolicy(settings.requireTls(), tables),
                new TlsClient(settings.tls(), new CredentialFiles(settings.tls().files(), tlsFiles), tables),
                new SaslClient(settings.sasl(), tables, context.clock()),
                new ContentSender(flags, generic, new OutgoingChecks(settings.checks(), tables)), flags,
                new SocketHandOff(transport -> context.client("private/" + transport)), context.clock());
    }

    private static HostFinder finder(ServiceContext context, ClientSettings settings, Tables tables) {
        Parameters parameters = context.parameters();
        ResolverSettings servers = ResolverSettings.at(parameters.string("dns_resolver_address"))
                .withTransitionalNames(parameters.bool("enable_idna2003_compatibility"));
        Resolver resolver = new DnsjavaResolver(servers, context.clock(),
                DnsFilterTables.of(settings.protocol().parameter("dns_reply_filter"), parameters, tables));
        List<HostLookup.Way> ways = settings.asksDns()
                ? HostLookup.ways(parameters.list(settings.protocol().parameter("host_lookup")))
                : List.of(HostLookup.Way.NATIVE);
        HostLookup hosts = new HostLookup(resolver, ways, AddressFamilies.of(parameters.string("inet_protocols")));
        Random random = new Random();
        MxLookup exchangers = new MxLookup(resolver, hosts, settings.mx(), random, OwnAddresses.of(parameters));
        return new HostFinder(exchangers, new ServiceLookup(resolver, hosts, exchangers, settings.srv(), random),
                knownPorts(parameters.string("known_tcp_ports")), settings, context.queueDirectory());
    }

    /** {@code known_tcp_ports}: {@code smtp=25, smtps=submissions=465}. */
    static Map<String, Integer> knownPorts(String text) {
        Map<String, Integer> ports = new HashMap<>();
        for (String entry : text.split("[,\\s]+", -1)) {
            String[] words = entry.split("=", -1);
            for (int i = 0; i < words.length - 1; i++) {
                try {
                    ports.put(words[i], Integer.parseInt(words[words.length - 1]));
                } catch (NumberFormatException bad) {
                    throw new IllegalArgumentException("bad known_tcp_ports entry: " + entry, bad);
                }
            }
        }
        return Map.copyOf(ports);
    }

    private static ExtraHeaders flags(List<String> arguments) {
        ExtraHeaders flags = ExtraHeaders.NONE;
        for (String argument : arguments) {
            if (!argument.startsWith("flags=")) {
                throw new IllegalArgumentException("invalid smtp attribute: " + argument);
            }
            flags = ExtraHeaders.of(argument.substring("flags=".length()));
        }
        return flags;
    }
}
