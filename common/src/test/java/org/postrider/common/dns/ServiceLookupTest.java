package org.postrider.common.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postrider.common.testing.FakeDnsServer;

/** RFC 2782. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceLookupTest {
    private static final int DRAWS = 600;

    private FakeDnsServer server;
    private Resolver resolver;

    @BeforeAll
    void start() {
        server = FakeDnsServer.start("""
                _submission._tcp.example.org SRV 20 0 587 last.example.org
                _submission._tcp.example.org SRV 10 10 2587 rare.example.org
                _submission._tcp.example.org SRV 10 50 1587 often.example.org
                _submission._tcp.example.org SRV 10 0 3587 hardly.example.org
                last.example.org   A 192.0.2.1
                rare.example.org   A 192.0.2.2
                often.example.org  A 192.0.2.3
                hardly.example.org A 192.0.2.4
                plain.example.org  A 192.0.2.5
                _submission._tcp.none.example.org SRV 0 0 0 .
                _submission._tcp.lost.example.org SRV 0 0 587 nowhere.example.org
                _submission._tcp.shaky.example.org SRV 0 0 587 nowhere.example.org
                _submission._tcp.shaky.example.org SRV 0 0 587 broken.example.org
                broken.example.org SERVFAIL
                _submission._tcp.failing.example.org SERVFAIL
                """);
        resolver = new DnsjavaResolver(ResolverSettings.at(server.address()), InstantSource.system());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private MailHosts find(String domain, boolean ignoreError, boolean fallback, Random random, String own) {
        HostLookup hosts = new HostLookup(resolver, List.of(HostLookup.Way.DNS), AddressFamilies.of("all"));
        MxLookup exchangers = new MxLookup(resolver, hosts,
                new MxLookup.Settings(false, false, true, "any", true, 3, false), random,
                address -> address.getHostAddress().equals(own));
        ServiceLookup lookup = new ServiceLookup(resolver, hosts, exchangers,
                new ServiceLookup.Settings(Set.of("submission"), ignoreError, fallback), random);
        assertThat(lookup.knows("submission")).isTrue();
        assertThat(lookup.knows("smtp")).isFalse();
        return lookup.find("submission", domain, true, (name, noLoop) -> noLoop
                ? new MailHosts.Found(
                        List.of(new MailHosts.Host("instead of " + name, InetAddress.ofLiteral("192.0.2.9"), 0)), false)
                : new MailHosts.NotFound("noLoop is lost"));
    }

    private static List<String> names(MailHosts hosts) {
        return hosts instanceof MailHosts.Found found
                ? found.hosts().stream().map(host -> host.name() + ":" + host.port()).toList()
                : List.of();
    }

    @Test
    void prioritiesFirstThenByWeight() {
        Random random = new Random(1);
        Map<String, Long> firsts = IntStream.range(0, DRAWS)
                .mapToObj(_ -> names(find("example.org", false, false, random, "")).getFirst())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(firsts).containsOnlyKeys("often.example.org:1587", "rare.example.org:2587",
                "hardly.example.org:3587");
        assertThat(firsts.get("often.example.org:1587")).isBetween(DRAWS * 7L / 10, DRAWS * 9L / 10);
        assertThat(firsts.get("hardly.example.org:3587")).isLessThan(DRAWS / 20);
    }

    @Test
    void asManyAsAreWantedAndNoneBehindOurselves() {
        // smtp_mx_address_limit is 3 here.
        assertThat(names(find("example.org", false, false, new Random(1), ""))).hasSize(3)
                .doesNotContain("last.example.org:587");
        assertThat(names(find("example.org", false, false, new Random(1), "192.0.2.1"))).hasSize(3);
        assertThat(find("example.org", false, false, new Random(1), "192.0.2.3"))
                .isEqualTo(new MailHosts.LoopsBack("mail for example.org loops back to myself"));
    }

    @Test
    void whatIsNotThereIsUndeliverableUnlessThereIsAnotherWay() {
        assertThat(find("plain.example.org", false, false, new Random(1), "")).isEqualTo(new MailHosts.NotFound(
                "Host or domain name not found. Name service error for name=_submission._tcp.plain.example.org type=SRV:"
                        + " Host not found"));
        assertThat(find("plain.example.org", true, false, new Random(1), "")).isInstanceOf(MailHosts.NotFound.class);
        assertThat(names(find("plain.example.org", false, true, new Random(1), ""))).containsExactly(
                "instead of plain.example.org:0");
        for (boolean fallback : new boolean[]{false, true}) {
            assertThat(find("none.example.org", false, fallback, new Random(1), "")).isEqualTo(
                    new MailHosts.NotFound("Service submission is not available in domain none.example.org"));
            assertThat(find("lost.example.org", false, fallback, new Random(1), ""))
                    .isInstanceOf(MailHosts.NotFound.class);
            assertThat(find("shaky.example.org", false, fallback, new Random(1), ""))
                    .isInstanceOf(MailHosts.TryAgain.class);
        }
    }

    @Test
    void aQuestionThatFailsIsAskedAgainLaterUnlessErrorsDoNotCount() {
        assertThat(find("failing.example.org", false, false, new Random(1), "")).isEqualTo(new MailHosts.TryAgain(
                "Host or domain name not found. Name service error for name=_submission._tcp.failing.example.org"
                        + " type=SRV: Host not found, try again"));
        assertThat(names(find("failing.example.org", true, false, new Random(1), ""))).hasSize(1);
        assertThat(names(find("failing.example.org", false, true, new Random(1), ""))).hasSize(1);
    }
}
