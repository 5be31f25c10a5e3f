package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NexthopTest {
    @Test
    void forms() {
        assertThat(Nexthop.list("example.org, [mail]:587 [IPv6:2001:db8::1] host:26 unix:private/x", Protocol.SMTP))
                .containsExactly(new Nexthop.Domain("example.org", "example.org", ""),
                        new Nexthop.Host("[mail]:587", "mail", "587"),
                        new Nexthop.Host("[IPv6:2001:db8::1]", "2001:db8::1", ""),
                        new Nexthop.Domain("host:26", "host", "26"), new Nexthop.Socket("unix:private/x", "private/x"));
        assertThat(Nexthop.list("inet:store:24", Protocol.LMTP))
                .containsExactly(new Nexthop.Host("inet:store:24", "store", "24"));
    }
}
