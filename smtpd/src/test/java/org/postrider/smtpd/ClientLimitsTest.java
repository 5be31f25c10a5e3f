package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.Tables;

class ClientLimitsTest {
    @Test
    void aNetworkIsOneClient() {
        Parameters parameters = Parameters.of(Map.of("smtpd_client_ipv4_prefix_length", "24",
                "smtpd_client_ipv6_prefix_length", "48", "myhostname", "a.example",
                "mydomain", "example"));
        ClientLimits limits = new ClientLimits(ClientLimits.Settings.of(parameters),
                MatchList.strings("", new Tables(Path.of("/"), InstantSource.system())), "smtp", _ -> 0);
        ConnectionCounts counts = new ConnectionCounts();
        String one = limits.network(InetAddress.ofLiteral("192.0.2.1"));
        String other = limits.network(InetAddress.ofLiteral("192.0.2.200"));
        assertThat(one).isEqualTo("192.0.2.0/24").isEqualTo(other);
        assertThat(counts.enter(one)).isEqualTo(1);
        assertThat(counts.enter(other)).isEqualTo(2);
        counts.leave(one);
        assertThat(counts.enter(limits.network(InetAddress.ofLiteral("192.0.3.1")))).isEqualTo(1);
        assertThat(limits.network(InetAddress.ofLiteral("2001:db8:0:1:2:3:4:5"))).isEqualTo("2001:db8::/48");
    }
}
