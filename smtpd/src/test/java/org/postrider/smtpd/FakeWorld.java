package org.postrider.smtpd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.dns.ClientName;
import org.postrider.common.dns.DnsAnswer;
import org.postrider.common.dns.DnsRecord;
import org.postrider.common.dns.RecordType;
import org.postrider.common.dns.Resolver;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.lookup.Tables;
import org.postrider.common.tls.TlsFiles;

/**
 * The surroundings of a service under test. Addresses: {@code example.com} is local, {@code alias.example}, {@code virt.example} and
 * {@code relay.example} are of their class, {@code broken.example} can't be resolved. Domains: {@code nullmx.example},
 * {@code later.example} and {@code gone.example} are what they are called, others have mail.
 */
final class FakeWorld {
    private static final Instant NOW = Instant.parse("2026-11-21T06:20:26Z");

    private final Map<String, String> settings = new HashMap<>();
    private final FakeCleanup cleanup = new FakeCleanup();
    private final List<String> rests = new ArrayList<>();
    private final List<String> policyRequests = new ArrayList<>();
    private final Map<String, Integer> events = new HashMap<>();
    private long free = 1L << 40;
    private Resolver resolver = FakeWorld::dns;
    private Authenticator authenticator = new FakeUsers();
    private PolicyTransport policies = this::policy;
    private final FakeRewrite rewrite = new FakeRewrite(settings);
    private boolean ownInterfaces;

    FakeWorld() {
        set("myhostname", "mail.example.com").set("mydomain", "example.com").set("mail_name", "Postrider")
                .set("mynetworks", "127.0.0.0/8").set("compatibility_level", "3.11").set("myorigin", "example.com")
                .set("local_recipient_maps", "inline:{user=x, root=x, other=x}")
                .set("virtual_alias_maps", "inline:{info@alias.example=user@example.com}")
                .set("virtual_mailbox_maps", "inline:{joe@virt.example=joe}")
                .set("relay_recipient_maps", "inline:{ann@relay.example=x}");
    }

    FakeWorld set(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Puts real clients of these services in place of what is played here. */
    FakeWorld reaching(Resolver names, Authenticator users, PolicyTransport servers) {
        resolver = names;
        authenticator = users;
        policies = servers;
        ownInterfaces = true;
        return this;
    }

    FakeWorld authenticator(Authenticator users) {
        authenticator = users;
        return this;
    }

    FakeWorld free(long bytes) {
        free = bytes;
        return this;
    }

    /** main.cf of the service. */
    Map<String, String> settings() {
        return settings;
    }

    FakeCleanup cleanup() {
        return cleanup;
    }

    /** How long sessions rested on purpose. */
    List<String> rests() {
        return rests;
    }

    Site site() {
        return Site.open(Parameters.of(settings), surroundings());
    }

    /** For sessions that are only tried. */
    Site siteWithoutEffect() {
        return Site.open(Parameters.of(settings), surroundings().withoutEffect());
    }

    private Surroundings surroundings() {
        InstantSource clock = InstantSource.fixed(NOW);
        return new Surroundings(cleanup, this::resolve, resolver,
                new Tables(Path.of("/"), clock),
                ownInterfaces ? OwnAddresses.of(Parameters.of(settings)) : InetAddress::isLoopbackAddress, () -> free,
                clock, ZoneOffset.UTC, time -> rests.add(time.toString()),
                event -> events.merge(event.kind() + " " + event.ident(), 1, Integer::sum), FakeWorld::flush,
                this::verify, new TlsFiles(), TicketKeySource.alone(clock), Optional.of(authenticator), policies,
                "smtp");
    }

    /** A client of this address; {@code unknown} has no name. */
    static Client client(String address, String name) {
        boolean known = !name.equals("unknown");
        ClientName.Status status = known ? ClientName.Status.OK : ClientName.Status.PERMANENT;
        return new Client(new ClientName(name, name, status, status, Optional.empty()),
                Optional.of(InetAddress.ofLiteral(address)), "4711", "192.0.2.25", "25");
    }

    private static FlushRequest.Status flush(String site) throws IOException {
        return switch (site) {
            case "relay.example", "sub.relay.example" -> FlushRequest.Status.OK;
            case "broken.example" -> throw new IOException("connect to public/flush: Connection refused");
            default -> FlushRequest.Status.UNKNOWN_SITE;
        };
    }

    /** {@code good}, {@code bad}, {@code temp} are what they are called; {@code slow} is known at the third time. */
    private VerifyRequest.Answer verify(String address) throws IOException {
        String local = address.substring(0, address.indexOf('@'));
        if (local.equals("slow")) {
            return events.merge("verify " + address, 1, Integer::sum) < 3
                    ? new VerifyRequest.Answer(VerifyRequest.Status.PENDING, "Address verification in progress")
                    : new VerifyRequest.Answer(VerifyRequest.Status.DELIVERABLE, "250 ok");
        }
        return verification(local);
    }

    /** What verify says of an address with this local part. */
    static VerifyRequest.Answer verification(String local) throws IOException {
        return switch (local) {
            case "bad" ->
                new VerifyRequest.Answer(VerifyRequest.Status.UNDELIVERABLE, "host mx[192.0.2.9] said: 550 no");
            case "temp" ->
                new VerifyRequest.Answer(VerifyRequest.Status.DEFERRED, "host mx[192.0.2.9] said: 450 later");
            case "never" -> new VerifyRequest.Answer(VerifyRequest.Status.PENDING, "Address verification in progress");
            case "down" -> throw new IOException("connect to private/verify: Connection refused");
            default -> new VerifyRequest.Answer(VerifyRequest.Status.DELIVERABLE, "250 ok");
        };
    }

    private ResolveAnswer resolve(String sender, String address) throws IOException {
        return rewrite.resolve(address);
    }

    /**
     * Says what stands before the at sign of the recipient; {@code none} has no opinion. The server {@code down} can't be reached,
     * {@code mute} hangs up.
     */
    private String policy(PolicyServer server, String request) throws IOException {
        policyRequests.add(server.destination() + "\n" + request.replaceAll("(?m)^(instance=).*\\.", "$1"));
        if (server.destination().equals("inet:down")) {
            throw new ConnectException("Connection refused");
        }
        if (server.destination().equals("inet:mute")) {
            throw new IOException("Application error");
        }
        String recipient = request.replaceAll("(?s).*\nrecipient=([^@\n]*).*", "$1");
        return switch (recipient) {
            case "none", "" -> "";
            case "user" -> "DUNNO";
            case "root" -> "defer_if_permit come later";
            default -> "REJECT 5.7.9 says policy";
        };
    }

    /** What policy servers were asked. */
    List<String> policyRequests() {
        return policyRequests;
    }

    private static DnsAnswer dns(String name, RecordType type) {
        return switch (name) {
            case "nullmx.example" -> new DnsAnswer.Answers(name, List.of(new DnsRecord.Mx(0, "")));
            case "later.example" -> new DnsAnswer.TryAgain("try again");
            case "gone.example" -> new DnsAnswer.NxDomain("not found");
            case "1.2.0.192.rbl.example", "bad.example.rhsbl.example" -> new DnsAnswer.Answers(name,
                    List.of(type == RecordType.TXT
                            ? new DnsRecord.Text("see http://rbl.example/\r\n")
                            : new DnsRecord.Host(InetAddress.ofLiteral("127.0.0.4"))));
            case "zone.example" -> new DnsAnswer.Answers(name, List.of(new DnsRecord.NameServer("ns.bad.example")));
            case "mx.evil.example", "ns.bad.example" -> new DnsAnswer.Answers(name,
                    List.of(new DnsRecord.Host(InetAddress.ofLiteral("203.0.113.66"))));
            case "host.example" -> type == RecordType.MX
                    ? new DnsAnswer.NoData("no data")
                    : new DnsAnswer.Answers(name, List.of(new DnsRecord.Host(InetAddress.getLoopbackAddress())));
            default -> name.endsWith("rbl.example") || name.endsWith("rhsbl.example") || type == RecordType.NS
                    ? new DnsAnswer.NxDomain("not found")
                    : name.endsWith(".later.example")
                            ? new DnsAnswer.TryAgain("try again")
                            : new DnsAnswer.Answers(name, List.of(new DnsRecord.Mx(10, "mx." + name)));
        };
    }
}
