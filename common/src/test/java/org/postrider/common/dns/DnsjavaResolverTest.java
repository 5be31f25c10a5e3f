package org.postrider.common.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.common.testing.DnsZone;
import org.postrider.common.testing.FakeDnsServer;
import org.postrider.common.testing.FaultyDnsServer;

class DnsjavaResolverTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final FakeDnsServer server = FakeDnsServer.start("""
            example.org        MX 20 mx2.example.org
            example.org        MX 10 mx1.example.org
            example.org        TXT "v=spf1" " -all"
            mx1.example.org 30 A 127.0.0.1
            mx1.example.org    AAAA ::1
            www.example.org    CNAME hop.example.org
            hop.example.org    CNAME mx1.example.org
            astray.example.org CNAME nowhere.example.org
            empty.example.org  EMPTY
            broken.example.org SERVFAIL
            closed.example.org REFUSED
            silent.example.org SILENT
            cut.example.org    TRUNCATE
            cut.example.org    A 127.0.0.9
            127.0.0.1          PTR mx1.example.org
            """ + IntStream.range(0, 60).mapToObj(i -> "many.example.org MX " + i + " mx" + i + ".many.example.org\n")
            .collect(Collectors.joining()));
    private final Resolver resolver = resolver(Duration.ofSeconds(5), server.port());

    private Resolver resolver(Duration timeout, int... ports) {
        List<InetSocketAddress> servers = IntStream.of(ports)
                .mapToObj(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).toList();
        return new DnsjavaResolver(new ResolverSettings(servers, timeout, 1), (InstantSource) now::get);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void recordsOfEachType() {
        assertThat(resolver.lookup("example.org", RecordType.MX)).isEqualTo(new DnsAnswer.Answers("example.org",
                List.of(new DnsRecord.Mx(20, "mx2.example.org"), new DnsRecord.Mx(10, "mx1.example.org"))));
        assertThat(resolver.lookup("Example.ORG", RecordType.TXT))
                .isInstanceOfSatisfying(DnsAnswer.Answers.class,
                        answers -> assertThat(answers.records()).containsExactly(new DnsRecord.Text("v=spf1 -all")));
        assertThat(addresses("mx1.example.org", RecordType.AAAA)).containsExactly("0:0:0:0:0:0:0:1");
        assertThat(resolver.lookup("1.0.0.127.in-addr.arpa", RecordType.PTR)).isEqualTo(new DnsAnswer.Answers(
                "1.0.0.127.in-addr.arpa", List.of(new DnsRecord.Pointer("mx1.example.org"))));
    }

    @Test
    void aliasesAreFollowed() {
        assertThat(resolver.lookup("www.example.org", RecordType.A))
                .isInstanceOfSatisfying(DnsAnswer.Answers.class, answers -> {
                    assertThat(answers.canonicalName()).isEqualTo("mx1.example.org");
                    assertThat(answers.addresses()).extracting(InetAddress::getHostAddress)
                            .containsExactly("127.0.0.1");
                });
        assertThat(resolver.lookup("www.example.org", RecordType.CNAME)).isEqualTo(
                new DnsAnswer.Answers("www.example.org", List.of(new DnsRecord.Alias("hop.example.org"))));
        assertThat(resolver.lookup("astray.example.org", RecordType.A)).isInstanceOf(DnsAnswer.NxDomain.class);
    }

    @Test
    void failuresInThePostfixWords() {
        assertThat(resolver.lookup("nowhere.example.org", RecordType.A)).isEqualTo(new DnsAnswer.NxDomain(
                "Name service error for name=nowhere.example.org type=A: Host not found"));
        assertThat(resolver.lookup("empty.example.org", RecordType.MX)).isEqualTo(new DnsAnswer.NoData(
                "Name service error for name=empty.example.org type=MX: "
                        + "Host found but no data record of requested type"));
        assertThat(resolver.lookup("broken.example.org", RecordType.A)).isEqualTo(new DnsAnswer.TryAgain(
                "Name service error for name=broken.example.org type=A: Host not found, try again"));
        assertThat(resolver.lookup("closed.example.org", RecordType.A)).isInstanceOf(DnsAnswer.TryAgain.class);
        assertThat(resolver.lookup("no good", RecordType.A)).isInstanceOf(DnsAnswer.NxDomain.class);
    }

    @Test
    void silenceEndsWithTheTimeLimit() {
        assertThat(resolver(Duration.ofMillis(100), server.port()).lookup("silent.example.org", RecordType.A))
                .isInstanceOf(DnsAnswer.TryAgain.class);
    }

    @ParameterizedTest
    @EnumSource(FaultyDnsServer.Fault.class)
    void aBadAnswerIsNoneAtAll(FaultyDnsServer.Fault fault) throws IOException {
        try (FaultyDnsServer faulty = new FaultyDnsServer(fault)) {
            Resolver asks = resolver(Duration.ofMillis(100), faulty.address().getPort());
            for (RecordType type : List.of(RecordType.A, RecordType.MX, RecordType.TXT)) {
                assertThat(asks.lookup("www.example.org", type)).isInstanceOf(DnsAnswer.TryAgain.class);
            }
            assertThat(faulty.asked()).isLessThan(40);
        }
    }

    @Test
    void theNextServerIsAskedWhenOneHasNoAnswer() {
        try (FakeDnsServer silent = FakeDnsServer.start("* SILENT")) {
            Resolver both = resolver(Duration.ofMillis(200), silent.port(), server.port());
            assertThat(both.lookup("mx1.example.org", RecordType.A)).isInstanceOf(DnsAnswer.Answers.class);
        }
    }

    @Test
    void truncatedAnswersComeByTcp() {
        assertThat(addresses("cut.example.org", RecordType.A)).containsExactly("127.0.0.9");
        assertThat(resolver.lookup("many.example.org", RecordType.MX)).isInstanceOfSatisfying(DnsAnswer.Answers.class,
                answers -> assertThat(answers.records()).hasSize(60));
        assertThat(server.questions()).contains("tcp many.example.org. MX");
    }

    @Test
    void answersAreKeptForTheirTimeToLive() {
        assertThat(addresses("mx1.example.org", RecordType.A)).containsExactly("127.0.0.1");
        server.zone(DnsZone.parse("mx1.example.org A 127.0.0.2"));
        now.set(Instant.ofEpochSecond(29));
        assertThat(addresses("MX1.example.org", RecordType.A)).containsExactly("127.0.0.1");
        now.set(Instant.ofEpochSecond(30));
        assertThat(addresses("mx1.example.org", RecordType.A)).containsExactly("127.0.0.2");
    }

    private List<String> addresses(String name, RecordType type) {
        return resolver.lookup(name, type) instanceof DnsAnswer.Answers answers
                ? answers.addresses().stream().map(InetAddress::getHostAddress).toList()
                : List.of();
    }
}
