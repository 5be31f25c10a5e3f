package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.Tables;
import org.postrider.common.lookup.UpdatableTable;
import org.postrider.common.smtp.Reply;

/** What is remembered of refused logins. */
class RefusedLoginsTest {
    private static final Reply REFUSAL = new Reply(535, "5.7.8", List.of("no: really", "no"));
    private static final Peer PEER = new Peer("peer.test", "192.0.2.1", 25);
    private static final SaslLogin LOGIN = new SaslLogin("joe", "secret");

    @TempDir
    private Path folder;

    private Instant now = Instant.ofEpochSecond(1_000_000);
    private final InstantSource clock = () -> now;
    private UpdatableTable table;
    private RefusedLogins refused;

    @BeforeEach
    void open() {
        table = new Tables(folder, InstantSource.system()).openForUpdate("lmdb:" + folder.resolve("refused"));
        refused = new RefusedLogins(Optional.of(table), Duration.ofDays(1), clock);
    }

    @Test
    void aRefusalIsKeptWithoutThePassword() throws Exception {
        assertThat(refused.known(PEER, LOGIN)).isEmpty();
        refused.note(PEER, LOGIN, REFUSAL);
        assertThat(refused.known(PEER, LOGIN)).contains(Reply.of(535, "5.7.8", "no: really no"));
        var entry = table.after(Optional.empty()).orElseThrow();
        assertThat(entry.getKey()).isEqualTo("peer.test;joe");
        assertThat(entry.getValue()).startsWith("1000000:").doesNotContain("secret");
    }

    @Test
    void anotherPasswordOrALongTimeForgetIt() throws Exception {
        refused.note(PEER, LOGIN, REFUSAL);
        now = now.plus(Duration.ofDays(1));
        assertThat(refused.known(PEER, LOGIN)).isPresent();
        now = now.plusSeconds(1);
        assertThat(refused.known(PEER, LOGIN)).isEmpty();
        assertThat(table.after(Optional.empty())).isEmpty();
        refused.note(PEER, LOGIN, REFUSAL);
        assertThat(refused.known(PEER, new SaslLogin("joe", "other"))).isEmpty();
        assertThat(table.after(Optional.empty())).isEmpty();
    }

    @Test
    void onlyARefusalForThePasswordCounts() throws Exception {
        refused.note(PEER, LOGIN, Reply.of(454, "4.7.0", "later"));
        refused.note(PEER, LOGIN, Reply.of(534, "5.7.9", "another mechanism"));
        assertThat(table.after(Optional.empty())).isEmpty();
    }

    @Test
    void whatCantBeReadIsForgotten() throws Exception {
        for (String value : List.of("", "x", "1:2:3:4", "x:y:z:0:1", "1000000:" + "0".repeat(64) + ":535::no")) {
            table.put("peer.test;joe", value.isEmpty() ? " " : value);
            assertThat(refused.known(PEER, LOGIN)).isEmpty();
            assertThat(table.after(Optional.empty())).isEmpty();
        }
    }

    @Test
    void theTableIsProxymaps() {
        assertThat(SaslSettings.of(Parameters.of(Map.of("smtp_sasl_auth_cache_name", "proxy:lmdb:/x")), Protocol.SMTP)
                .cacheTime()).isEqualTo(Duration.ofDays(90));
        Parameters direct = Parameters.of(Map.of("smtp_sasl_auth_cache_name", "lmdb:/x"));
        assertThatThrownBy(() -> SaslSettings.of(direct, Protocol.SMTP)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("smtp_sasl_auth_cache_name");
    }
}
