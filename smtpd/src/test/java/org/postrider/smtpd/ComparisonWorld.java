package org.postrider.smtpd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.postrider.common.dns.DnsjavaResolver;
import org.postrider.common.dns.ResolverSettings;
import org.postrider.common.testing.DnsZone;
import org.postrider.common.testing.FakeDnsServer;
import org.postrider.common.testing.FakeDovecot;
import org.postrider.common.testing.FakePolicyServer;
import org.postrider.common.wire.Network;

/** What both servers of a comparison ask: the same names, policies and users. */
final class ComparisonWorld implements AutoCloseable {
    private static final Path ZONE = Path.of("src/test/resources/comparison/zone");

    private final Network network = new Network(1);
    private final FakeDnsServer names;
    private final FakePolicyServer policies;
    private final FakeDovecot users;

    private ComparisonWorld(InetSocketAddress nameServer) throws IOException {
        names = FakeDnsServer.start(nameServer, DnsZone.parse(Files.readString(ZONE, StandardCharsets.ISO_8859_1)));
        policies = new FakePolicyServer();
        users = new FakeDovecot();
    }

    /** With a name server at a free port, which only we can ask. */
    static ComparisonWorld ours() throws IOException {
        return new ComparisonWorld(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    /** With a name server that Postfix can ask, too, at port 53 of a loopback address of its own. Needs root. */
    static ComparisonWorld shared() throws IOException {
        long own = ProcessHandle.current().pid();
        String address = "127.83." + (own >> 8 & 0xff) + "." + Math.clamp(own & 0xff, 1, 254);
        return new ComparisonWorld(new InetSocketAddress(InetAddress.ofLiteral(address), 53));
    }

    /** Address of the name server. */
    String nameServer() {
        return names.address().substring(0, names.address().indexOf(':'));
    }

    /** A fresh world of ours for one session. */
    FakeWorld world() {
        return new FakeWorld().set("compatibility_level", "3.6").set("smtpd_error_sleep_time", "0")
                .set("inet_interfaces", "127.0.0.1").set("inet_protocols", "ipv4").set("mydestination", "example.com")
                .set("virtual_alias_domains", "alias.example").set("virtual_mailbox_domains", "virt.example")
                .set("relay_domains", "relay.example")
                .set("smtpd_sasl_type", "dovecot").set("smtpd_sasl_path", users.address())
                .reaching(new DnsjavaResolver(ResolverSettings.at(names.address()), InstantSource.system()),
                        new DovecotAuthenticator(network, Path.of("/"), users.address(), "smtp"),
                        new PolicyConnections(network, Path.of("/")));
    }

    /** Plays our part of a case. */
    TranscriptRunner.Played play(ComparisonCase one) throws IOException {
        return TranscriptRunner.played(one.input().replace("POLICY", policies.address()), world());
    }

    /** Text without what is different each time. */
    String plain(String text) {
        return text.replace(policies.address().substring("inet:".length()), "POLICY")
                .replace(users.address().substring("inet:".length()), "DOVECOT");
    }

    @Override
    public void close() throws IOException {
        names.close();
        policies.close();
        users.close();
        network.close();
    }
}
