package org.postrider.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.VerifyRequest;

/** What the tables of addresses make of envelopes and headers, and who hears of it. */
class AddressMapsTest extends CleanupFixture {
    /** Postfix asks its tables for the null sender as it is written in a local part. */
    @Test
    void theNullSenderIsMappedByPatterns() throws IOException {
        rig.table("sender_canonical_maps", "regexp", "/^$/ empty@x.example\n/./ any@x.example\n").start();
        rig.send(CleanupClient.EXTERNAL, "T1795242026 970538\nArewrite_context=local\nS\nRjoe\nM\nNFrom: <>\n"
                + "NSender: \"\" <>\nNReply-To:\nX\nE\n");
        assertThat(rig.stored("incoming")).contains("\nSany@x.example\n").contains("\nNFrom: <>\nNSender: \"\" <>\n");
    }

    @Test
    void mapsAddresses() throws IOException {
        rig.table("canonical_maps", "texthash", "Sender@example.com canon.sender@example.com\n"
                + "@old.example @new.example\ncrcpt@example.com canon-rcpt@example.net\n")
                .table("virtual_alias_maps", "texthash", "list@example.com a@example.net, b@example.net, list2\n"
                        + "list2@mail.example.com c@example.net, list@example.com\n"
                        + "self@example.com self@example.com, other@example.net\n@va.example @example.net\n"
                        + "plus@example.com target@example.net\n")
                .table("sender_bcc_maps", "texthash", "canon.sender@example.com sbcc\n")
                .table("recipient_bcc_maps", "texthash", "list@example.com rbcc@example.net\n")
                .set("always_bcc", "always@example.net").set("delay_warning_time", "4h")
                .set("masquerade_domains", "masq.example").set("recipient_delimiter", "+").start();
        CleanupStatus status = rig.send(CleanupClient.EXTERNAL, CleanupRig.ENVELOPE + """
                Rlist@example.com
                Ruser+ext@va.example
                Rself@example.com
                RSelf@Example.com
                Rcrcpt@example.com
                Rfoo@old.example
                Rfoo@x.masq.example
                Rplus+tag@example.com
                M
                NFrom: Sender@example.com
                NTo: y@sub.masq.example, crcpt@example.com
                NMessage-Id: <1>
                NDate: x
                X
                E
                """);
        assertThat(status.succeeded()).isTrue();
        assertThat(rig.stored("incoming").lines().filter(line -> "SWRONAE".indexOf(line.charAt(0)) >= 0)
                .filter(line -> !line.startsWith("Alog") && !line.startsWith("Adsn") && !line.startsWith("Acr")))
                .containsExactly("Arewrite_context=local", "Scanon.sender@example.com", "Anotify_flags=1",
                        "Osbcc@mail.example.com",
                        "Rsbcc@mail.example.com", "W     1795256426", "Olist@example.com", "Ra@example.net",
                        "Olist@example.com", "Rb@example.net", "Olist@example.com", "Rc@example.net",
                        "Anotify_flags=1", "Orbcc@example.net", "Rrbcc@example.net", "Ouser+ext@va.example",
                        "Ruser+ext@example.net", "Oself@example.com", "Rself@example.com", "Oself@example.com",
                        "Rother@example.net", "Ocrcpt@example.com", "Rcanon-rcpt@example.net", "Ofoo@old.example",
                        "Rfoo@new.example", "Ofoo@x.masq.example", "Rfoo@x.masq.example", "Oplus+tag@example.com",
                        "Rtarget+tag@example.net", "NFrom: canon.sender@example.com",
                        "NTo: y@masq.example, canon-rcpt@example.net", "NMessage-Id: <1>", "NDate: x",
                        "Anotify_flags=1", "Oalways@example.net", "Ralways@example.net", "E");
    }

    @Test
    void anAliasForSeveralAddressesIsDeliverableAndAProbeOfItEndsHere() throws IOException {
        List<Attributes> told = new CopyOnWriteArrayList<>();
        rig.harness.fake("private/verify", connection -> {
            told.add(Attributes.read(connection.in()));
            new VerifyRequest.Answer(VerifyRequest.Status.DELIVERABLE, "").toAttributes().write(connection.out());
            connection.out().flush();
        });
        rig.table("virtual_alias_maps", "texthash", "list@example.com a@example.net, b@example.net\n").start();
        CleanupStatus status = rig.send(CleanupClient.INTERNAL, """
                T1795242026 0
                Atrace_flags=256
                Sdouble-bounce@example.com
                Rlist@example.com
                M
                NSubject: x
                X
                E
                """);
        assertThat(status.succeeded()).isTrue();
        assertThat(told).containsExactly(new VerifyRequest.Update("list@example.com",
                VerifyRequest.Status.DELIVERABLE, "aliased to multiple recipients").toAttributes());
        assertThat(rig.stored("incoming")).startsWith("C0\n").doesNotContain("\nR");
    }

    @Test
    void whoWantsToHearOfSuccessHearsOfTheExpansion() throws IOException {
        List<Attributes> told = new CopyOnWriteArrayList<>();
        rig.harness.fake("private/trace", connection -> {
            told.add(Attributes.read(connection.in()));
            BounceRequest.answer(told.size() == 1).write(connection.out());
            connection.out().flush();
        });
        rig.table("virtual_alias_maps", "texthash", "list@example.com a@example.net, b@example.net\n").start();
        String text = """
                T1795242026 0
                Sme@example.com
                Anotify_flags=2
                Rlist@example.com
                Anotify_flags=6
                Rother@example.com
                M
                NSubject: x
                X
                E
                """;
        assertThat(rig.send(CleanupClient.EXTERNAL, text).succeeded()).isTrue();
        BounceRequest request = BounceRequest.fromAttributes(told.getFirst());
        assertThat(request.entry().orElseThrow().action()).isEqualTo("expanded");
        assertThat(request.entry().orElseThrow().recipient().address()).isEqualTo("list@example.com");
        assertThat(rig.stored("incoming")).contains("Anotify_flags=1\nOlist@example.com\nRa@example.net\n",
                "Anotify_flags=1\nOlist@example.com\nRb@example.net\n",
                "Anotify_flags=6\nOother@example.com\nRother@example.com\n");
        assertThat(rig.send(CleanupClient.EXTERNAL, text).succeeded()).isFalse();
    }
}
