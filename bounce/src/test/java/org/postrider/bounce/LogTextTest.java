package org.postrider.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.mail.Recipient;

/** Log files: what is written is read back; what others wrote is read as far as it makes sense. */
class LogTextTest {
    private static BounceRequest.Entry entry(Recipient recipient, String reason) {
        return new BounceRequest.Entry(recipient, "", "5.0.0", "failed", "smtp", "550 x", "dns", "mx", reason);
    }

    private static List<BounceRequest.Entry> parse(String text, LogKind kind) throws IOException {
        List<BounceRequest.Entry> entries = new ArrayList<>();
        LogEntries log = () -> LogText.reader(new BufferedReader(new StringReader(text)), kind);
        log.forEach(entries::add);
        return entries;
    }

    @Test
    void roundTrip() throws IOException {
        List<BounceRequest.Entry> entries = List.of(
                entry(new Recipient(77, "a b@c", "d@e", "rfc822;d@e", 3), "went = wrong: <x>: y"),
                entry(new Recipient(-1, "", "", "", 0), "null recipient"));
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(LogText.of(entry, Instant.EPOCH, true)));
        entries.forEach(entry -> text.append(LogText.of(entry, Instant.EPOCH, false)));
        assertThat(parse(text.toString(), LogKind.BOUNCE)).containsExactly(entries.get(0), entries.get(1),
                entries.get(0), entries.get(1));
    }

    @Test
    void lineEndsInTextsCannotForgeEntries() throws IOException {
        BounceRequest.Entry hostile = entry(new Recipient(1, "a@b", "", "", 0), "x\n\n<q@q>: y\nrecipient=z");
        assertThat(parse(LogText.of(hostile, Instant.EPOCH, true), LogKind.BOUNCE)).singleElement()
                .satisfies(read -> assertThat(read.reason()).isEqualTo("x  <q@q>: y recipient=z"));
    }

    @Test
    void whatIsMissingHasDefaults() throws IOException {
        assertThat(parse("\n<old@form>: 550 no\n\nnonsense\nstatus = 4.1.1\n", LogKind.DEFER)).satisfiesExactly(
                old -> {
                    assertThat(old.recipient().address()).isEqualTo("old@form");
                    assertThat(old.reason()).isEqualTo("550 no");
                    assertThat(old.status()).isEqualTo("4.0.0");
                    assertThat(old.action()).isEqualTo("delayed");
                }, poor -> {
                    assertThat(poor.recipient().address()).isEqualTo("(recipient address unavailable)");
                    assertThat(poor.reason()).isEqualTo("(description unavailable)");
                    assertThat(poor.status()).isEqualTo("4.1.1");
                });
    }
}
