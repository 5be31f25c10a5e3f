package org.postrider.pickup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.Tables;

/** local_login_sender_maps; what is refused, and in which words, is what Postfix 3.7.11 refuses. */
class AllowedSendersTest {
    private static final int NOBODY_KNOWS = 987_654;

    private static AllowedSenders senders(String maps) {
        return AllowedSenders.of(Parameters.of(Map.of("local_login_sender_maps", maps, "recipient_delimiter", "+")),
                new Tables(Path.of("/"), InstantSource.system()));
    }

    @Test
    void patternsAreTheUsersOwn() {
        AllowedSenders some = senders("inline:{{root=<> good@example.com @dom.example plain}}");
        for (String sender : new String[]{"", "good@example.com", "good+x@example.com", "x@dom.example",
                "GOOD@Example.com", "plain", "plain+ext"}) {
            assertThat(some.refusal(0, sender)).as(sender).isEmpty();
        }
        assertThat(some.refusal(0, "bad@example.com"))
                .contains("bad@example.com(0): not authorized to use sender='bad@example.com'");
        assertThat(some.refusal(0, "x@sub.dom.example")).isPresent();
        assertThat(some.refusal(0, "plain@other.example")).isPresent();
    }

    @Test
    void usersWithoutNameHaveTheirNumber() {
        AllowedSenders some = senders("inline:{{uid:" + NOBODY_KNOWS + "=*},{root=a@b}}");
        assertThat(some.refusal(NOBODY_KNOWS, "any@x.example")).isEmpty();
        assertThat(some.refusal(NOBODY_KNOWS, "")).isEmpty();
        assertThat(some.refusal(0, "")).contains("(0): not authorized to use sender=''");
    }

    @Test
    void byDefaultEverybodyMayBeAnybody() {
        assertThat(senders("static:*").refusal(NOBODY_KNOWS, "any@x.example")).isEmpty();
        assertThat(senders("").refusal(0, "a@b")).isPresent();
        assertThat(senders("texthash:/nonexistent/x").refusal(0, "a@b")).isPresent();
    }
}
