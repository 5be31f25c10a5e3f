package org.postrider.smtp;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.DnsFilterTables;
import org.postrider.common.delivery.AgentParts;
import org.postrider.common.delivery.DeliveryAgent;
import org.postrider.common.delivery.FailureServices;
import org.postrider.common.delivery.MessageFile;
import org.postrider.common.dns.AddressFamilies;
import org.postrider.common.dns.DnsjavaResolver;
import org.postrider.common.dns.HostLookup;
import org.postrider.common.dns.MxLookup;
import org.postrider.common.dns.ResolverSettings;
import org.postrider.common.dns.ServiceLookup;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.lookup.Tables;
import org.postrider.common.lookup.WatchedPeers;
import org.postrider.common.mail.Recipient;
import org.postrider.common.testing.FakeDnsServer;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.TlsFiles;
import org.postrider.common.testing.TextMessage;
import org.postrider.common.wire.Network;
import org.slf4j.LoggerFactory;

/** The client of one service with a DNS server of its own; keeps what it logs and what it tells bounce and defer. */
final class ClientRig implements AutoCloseable {
    private final Network network = new Network(1);
    private final FakeDnsServer dns;
    private final SmtpParts parts;
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.smtp");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final List<String> kept = new ArrayList<>();
    private final List<String> handed = new ArrayList<>();
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private String own = "";

    ClientRig(Protocol protocol, String zone, String... settings) {
        dns = FakeDnsServer.start(zone);
        Map<String, String> values = new HashMap<>(
                Map.of("myhostname", "client.example", "smtp_randomize_addresses", "no", "inet_protocols", "ipv4"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        Parameters parameters = Parameters.of(values);
        ClientSettings client = ClientSettings.of(parameters, protocol);
        Tables tables = new Tables(Path.of("/"), InstantSource.system());
        var resolver = new DnsjavaResolver(ResolverSettings.at(dns.address()), InstantSource.system(),
                DnsFilterTables.of(protocol.parameter("dns_reply_filter"), parameters, tables));
        var hosts = new HostLookup(resolver, List.of(HostLookup.Way.DNS), AddressFamilies.of("ipv4"));
        var lookup = new MxLookup(resolver, hosts, client.mx(), new Random(1), this::isOwn);
        parts = new SmtpParts(client, new HostFinder(lookup,
                new ServiceLookup(resolver, hosts, lookup, client.srv(), new Random(1)),
                Map.of("smtp", 25, "lmtp", 24, "submission", 587), client, Path.of("/")),
                new Connector(network, client, new ServerOddities(client.oddities(), tables),
                        WatchedPeers.of(parameters, tables),
                        Optional.of((_, lines) -> told.add(String.join("\n", lines))),
                        System::nanoTime),
                new SessionPool(client.reuse(), System::nanoTime), new FailurePolicy(client.skipGreeting5xx()),
                new TlsPolicy(client.tls(), tables), new RequireTlsPolicy(client.requireTls(), tables),
                new TlsClient(client.tls(), new CredentialFiles(client.tls().files(), new TlsFiles()), tables),
                new SaslClient(client.sasl(), tables, InstantSource.system()),
                new ContentSender(ExtraHeaders.NONE,
                        new GenericMap(client.generic(), tables.list(client.generic().maps()),
                                GenericMap.search(parameters, tables)),
                        new OutgoingChecks(client.checks(), tables)),
                ExtraHeaders.NONE, this::hand, InstantSource.system());
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    private DeliveryReport hand(DeliveryRequest request) throws IOException {
        String transport = request.transport();
        if (transport.equals("absent")) {
            throw new IOException("No such file or directory");
        }
        handed.add(transport + " " + request.nexthop() + " " + request.recipients().getFirst().address());
        return new DeliveryReport(transport.equals("slow"), Optional.empty());
    }

    /** What was given to other agents: {@code transport nexthop recipient}. */
    List<String> handed() {
        return handed;
    }

    /** What the postmaster was told of sessions that have ended. */
    LinkedBlockingQueue<String> told() {
        return told;
    }

    /** This system receives mail at that address. */
    void own(String address) {
        own = address;
    }

    private boolean isOwn(InetAddress address) {
        return address.getHostAddress().equals(own);
    }

    /** Delivers a small message. */
    DeliveryReport deliver(String nexthop, String... recipients) {
        return deliver(request(nexthop, recipients), new TextMessage("Subject: x\n\nhello\n.dot\n"));
    }

    DeliveryReport deliver(DeliveryRequest request, MessageFile message) {
        FailureServices services = (log, entry) -> {
            synchronized (kept) {
                BounceRequest.Entry one = entry.entry().orElseThrow();
                kept.add(log + " " + one.recipient().address() + " " + one.status() + " " + one.reason());
            }
            return true;
        };
        var agent = new DeliveryAgent(new AgentParts(_ -> message, services, InstantSource.system(), new DelayFormat(2),
                false, logger), parts);
        return agent.serve(request);
    }

    static DeliveryRequest request(String nexthop, String... recipients) {
        return request(DeliveryRequest.MARK_DONE, "", 0, nexthop, recipients);
    }

    static DeliveryRequest request(int flags, String encoding, int sendOptions, String nexthop, String... recipients) {
        List<Recipient> list = new ArrayList<>();
        for (String recipient : recipients) {
            list.add(new Recipient(100L + list.size(), recipient, "", "", 0));
        }
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return new DeliveryRequest(flags, "active", "ABC123", 0, 25, "smtp", nexthop, encoding, sendOptions,
                "sender@example.com", "", 0, new DeliveryRequest.Times(now, now, now, now), Map.of(), list);
    }

    /** What bounce, defer and trace got: {@code DEFER address 4.4.1 reason}. */
    List<String> kept() {
        synchronized (kept) {
            return List.copyOf(kept);
        }
    }

    /** The log, without delays. */
    List<String> log() {
        return List.copyOf(appender.list).stream()
                .map(event -> event.getFormattedMessage().replaceAll(", delay=[^,]*, delays=[^,]*", "")).toList();
    }

    SessionPool pool() {
        return parts.pool();
    }

    SmtpParts parts() {
        return parts;
    }

    @Override
    public void close() throws IOException {
        logger.detachAppender(appender);
        parts.pool().close();
        network.close();
        dns.close();
    }
}
