package org.postrider.common.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postrider.common.testing.FakeDnsServer;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MxLookupTest {
    private static final MxLookup.Settings USUAL = new MxLookup.Settings(false, false, true, "any", true, 5, false);

    private FakeDnsServer server;
    private Resolver resolver;

    @BeforeAll
    void start() {
        server = FakeDnsServer.start("""
                example.org        MX 20 backup.example.org
                example.org        MX 10 a.example.org
                example.org        MX 10 b.example.org
                a.example.org      A 192.0.2.1
                a.example.org      AAAA 2001:db8::1
                b.example.org      A 192.0.2.2
                backup.example.org A 192.0.2.3
                plain.example.org  A 192.0.2.4
                null.example.org   MX 0 .
                lost.example.org   MX 10 nowhere.example.org
                shaky.example.org  MX 10 nowhere.example.org
                shaky.example.org  MX 20 broken.example.org
                broken.example.org SERVFAIL
                empty.example.org  EMPTY
                xn--bcher-kva.example.org MX 10 xn--strae-oqa.example.org
                xn--strae-oqa.example.org A 192.0.2.5
                strasse.example.org A 192.0.2.6
                """);
        resolver = new DnsjavaResolver(ResolverSettings.at(server.address()), InstantSource.system());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private MxLookup lookup(MxLookup.Settings settings, long seed, String own) {
        HostLookup hosts = new HostLookup(resolver, List.of(HostLookup.Way.DNS), AddressFamilies.of("all"));
        return new MxLookup(resolver, hosts, settings, new Random(seed),
                address -> address.getHostAddress().equals(own));
    }

    private static List<String> names(MailHosts hosts) {
        return hosts instanceof MailHosts.Found found
                ? found.hosts().stream().map(host -> host.name() + "/" + host.address().getHostAddress()).toList()
                : List.of();
    }

    @Test
    void preferenceFirstThenChance() {
        TreeSet<String> firsts = new TreeSet<>();
        MxLookup lookup = lookup(USUAL, 1, "");
        for (int i = 0; i < 50; i++) {
            List<String> names = names(lookup.domain("example.org", true));
            assertThat(names).hasSize(4).endsWith("backup.example.org/192.0.2.3");
            firsts.add(names.getFirst());
        }
        assertThat(firsts).hasSize(3);
    }

    @Test
    void addressPreferenceAndLimit() {
        assertThat(names(lookup(new MxLookup.Settings(false, false, true, "ipv6", true, 5, false), 1, "")
                .domain("example.org", true))).startsWith("a.example.org/2001:db8:0:0:0:0:0:1");
        List<String> balanced = names(
                lookup(new MxLookup.Settings(false, false, true, "ipv4", true, 2, false), 1, "").domain("example.org",
                        true));
        assertThat(balanced).hasSize(2).endsWith("a.example.org/2001:db8:0:0:0:0:0:1");
        assertThat(names(lookup(new MxLookup.Settings(false, false, false, "ipv4", false, 2, false), 1, "")
                .domain("example.org", true))).containsExactly("a.example.org/192.0.2.1", "b.example.org/192.0.2.2");
    }

    /** A domain of an address in UTF-8, one char for one byte, and an exchanger in the form that DNS has. */
    @Test
    void namesThatAreNotAsciiAreAskedForAsDnsHasThem() {
        String books = "B\u00c3\u009ccher.example.org";
        String street = "stra\u00c3\u009fe.example.org";
        assertThat(names(lookup(USUAL, 1, "").domain(books, true)))
                .containsExactly("xn--strae-oqa.example.org/192.0.2.5");
        assertThat(names(lookup(USUAL, 1, "").domain(street, true))).singleElement().asString().endsWith("/192.0.2.5");
        Resolver before = new DnsjavaResolver(ResolverSettings.at(server.address()).withTransitionalNames(true),
                InstantSource.system());
        assertThat(before.lookup(street, RecordType.A)).isInstanceOfSatisfying(DnsAnswer.Answers.class,
                answers -> assertThat(answers.records()).singleElement().asString().contains("192.0.2.6"));
    }

    @Test
    void withoutMxTheDomainIsTheHost() {
        assertThat(names(lookup(USUAL, 1, "").domain("plain.example.org", true)))
                .containsExactly("plain.example.org/192.0.2.4");
        assertThat(names(lookup(USUAL, 1, "").host("127.0.0.1", true))).containsExactly("127.0.0.1/127.0.0.1");
    }

    @Test
    void failures() {
        assertThat(lookup(USUAL, 1, "").domain("null.example.org", true)).isEqualTo(
                new MailHosts.NoMail("Domain null.example.org does not accept mail (nullMX)"));
        assertThat(lookup(USUAL, 1, "").domain("nowhere.example.org", true)).isEqualTo(new MailHosts.NotFound(
                "Host or domain name not found. Name service error for name=nowhere.example.org type=AAAA: "
                        + "Host not found"));
        assertThat(lookup(USUAL, 1, "").domain("lost.example.org", true)).isInstanceOf(MailHosts.NotFound.class);
        assertThat(lookup(USUAL, 1, "").domain("shaky.example.org", true)).isInstanceOf(MailHosts.TryAgain.class);
        assertThat(lookup(USUAL, 1, "").domain("broken.example.org", true)).isEqualTo(new MailHosts.TryAgain(
                "Host or domain name not found. Name service error for name=broken.example.org type=MX: "
                        + "Host not found, try again"));
        assertThat(lookup(new MxLookup.Settings(false, true, true, "any", true, 5, false), 1, "").domain(
                "lost.example.org",
                true))
                .isInstanceOf(MailHosts.TryAgain.class);
    }

    @Test
    void hostsNotBetterThanSelfAreLeftOut() {
        assertThat(lookup(USUAL, 1, "192.0.2.1").domain("example.org", true))
                .isEqualTo(new MailHosts.LoopsBack("mail for example.org loops back to myself"));
        assertThat(names(lookup(USUAL, 1, "192.0.2.3").domain("example.org", true))).hasSize(3)
                .doesNotContain("backup.example.org/192.0.2.3");
    }

    @Test
    void otherPortsAreNoLoop() {
        assertThat(names(lookup(USUAL, 1, "192.0.2.1").domain("example.org", false))).hasSize(4);
        assertThat(lookup(USUAL, 1, "127.0.0.1").host("127.0.0.1", true))
                .isEqualTo(new MailHosts.LoopsBack("mail for 127.0.0.1 loops back to myself"));
    }

    @Test
    void nativeLookupsReadTheHostsFile() {
        HostLookup hosts = new HostLookup(resolver, HostLookup.ways(List.of("native")), AddressFamilies.of("ipv4"));
        assertThat(hosts.lookup("localhost")).isInstanceOfSatisfying(DnsAnswer.Answers.class,
                answers -> assertThat(answers.addresses()).contains(InetAddress.ofLiteral("127.0.0.1")));
    }
}
