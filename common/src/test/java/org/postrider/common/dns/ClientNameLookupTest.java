package org.postrider.common.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.common.testing.FakeDnsServer;

class ClientNameLookupTest {
    @Test
    void namesAndTheirStatus() {
        try (FakeDnsServer server = FakeDnsServer.start("""
                192.0.2.1          PTR good.example.org
                good.example.org   A 192.0.2.1
                192.0.2.2          PTR liar.example.org
                liar.example.org   A 192.0.2.99
                192.0.2.3          PTR shaky.example.org
                shaky.example.org  SERVFAIL
                192.0.2.4          SERVFAIL
                192.0.2.6          PTR nowhere.example.org
                2001:db8::1        PTR six.example.org
                six.example.org    AAAA 2001:db8::1
                """)) {
            ClientNameLookup names = new ClientNameLookup(
                    new DnsjavaResolver(ResolverSettings.at(server.address()), InstantSource.system()),
                    HostsFile.parse(List.of("127.0.0.1 localhost # us", "junk")));
            assertThat(lookup(names, "192.0.2.1")).isEqualTo(ClientName.confirmed("good.example.org"));
            assertThat(lookup(names, "2001:db8::1").name()).isEqualTo("six.example.org");
            assertThat(lookup(names, "127.0.0.1").name()).isEqualTo("localhost");
            assertThat(lookup(names, "192.0.2.2")).isEqualTo(new ClientName("unknown", "liar.example.org",
                    ClientName.Status.PERMANENT, ClientName.Status.OK,
                    Optional.of("hostname liar.example.org does not resolve to address 192.0.2.2")));
            assertThat(lookup(names, "192.0.2.3").nameStatus()).isEqualTo(ClientName.Status.TEMPORARY);
            assertThat(lookup(names, "192.0.2.4").reverseStatus()).isEqualTo(ClientName.Status.TEMPORARY);
            assertThat(lookup(names, "192.0.2.5").reverseStatus()).isEqualTo(ClientName.Status.PERMANENT);
            assertThat(lookup(names, "192.0.2.6").warning()).contains("hostname nowhere.example.org does not resolve to"
                    + " address 192.0.2.6: Name or service not known");
        }
    }

    private static ClientName lookup(ClientNameLookup names, String address) {
        return names.lookup(InetAddress.ofLiteral(address));
    }
}
