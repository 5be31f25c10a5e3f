package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What postqueue makes of showq's answer. NUL is written as a bar. */
class QueueReportTest {
    /** As Postfix 3.7 answers. */
    private static final String POSTFIX = "protocol|mail_queue_list_protocol||"
            + "queue_name|active|queue_id|AAA111|time|1795298427|size|307|forced_expire|0|sender|a@x.test|"
            + "recipient|u@x.test|reason|refused|recipient|v@x.test|reason|refused|recipient|w@x.test|reason|||"
            + "queue_name|hold|queue_id|BBB222|time|1795298427|size|3000|forced_expire|1|sender|MAILER-DAEMON|"
            + "recipient|u@x.test|reason||||";
    private static final String OURS = "protocol|mail_queue_list_protocol||"
            + "queue_name|deferred|queue_id|AAA111|time|1795298427|size|307|forced_expire|0|sender|a@x.test|"
            + "attempts|3|next_attempt|1795300000|held_by|its time|"
            + "original_recipient|o@x.test|recipient|u@x.test|log_class|defer|reason|refused|dsn_status|4.4.1|"
            + "remote_host|mx|last_attempt|1795298999|"
            + "original_recipient||recipient|v@x.test|log_class|bounce|reason|no such user|"
            + "original_recipient||recipient|w@x.test|log_class||reason||held_by|its turn|||";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.ISO_8859_1);

    private String report(String answer, QueueReport report) throws IOException {
        assertThat(new ShowqAnswer(new ByteArrayInputStream(
                answer.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1)), report).read()).isEmpty();
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void mailq() throws IOException {
        assertThat(report(POSTFIX, new QueueListing(out, false, ZoneOffset.UTC))).isEqualTo("""
                -Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------
                AAA111*         307 Sat Nov 21 22:00:27  a@x.test
                                                                                     (refused)
                                                         u@x.test
                                                         v@x.test
                                                                          (reason unavailable)
                                                         w@x.test

                BBB222!#       3000 Sat Nov 21 22:00:27  MAILER-DAEMON
                                                         u@x.test

                -- 3 Kbytes in 2 Requests.
                """);
    }

    /** Ids that fill their column push the rest to the right, as Postfix 3.7 shows them; only a mark takes a place of its own. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            no  | deferred | ABCDEF1234         | 0 | ABCDEF1234......331.Sat
            no  | deferred | ABCDEF1234         | 1 | ABCDEF1234#.....331.Sat
            no  | hold     | ABCDEF1234         | 1 | ABCDEF1234!#.....331.Sat
            no  | deferred | ABCDEF12345        | 0 | ABCDEF12345.....331.Sat
            no  | deferred | ABCDEF12345        | 1 | ABCDEF12345#.....331.Sat
            no  | active   | ABCDEF12345        | 0 | ABCDEF12345*.....331.Sat
            yes | deferred | 3Zk1vn2Lxvz1abc    | 1 | 3Zk1vn2Lxvz1abc#.......331.Sat
            yes | deferred | 3Zk1vn2Lxvz1abcde  | 0 | 3Zk1vn2Lxvz1abcde......331.Sat
            yes | hold     | 3Zk1vn2Lxvz1abcde  | 0 | 3Zk1vn2Lxvz1abcde!......331.Sat
            """)
    void idsThatFillTheirColumn(String longIds, String queue, String id, String forced, String line)
            throws IOException {
        String answer = "protocol|mail_queue_list_protocol||queue_name|" + queue + "|queue_id|" + id
                + "|time|1795298427|size|331|forced_expire|" + forced + "|sender|a@x.test|||";
        assertThat(report(answer, new QueueListing(out, longIds.equals("yes"), ZoneOffset.UTC)).lines().skip(1)
                .findFirst().orElseThrow()).startsWith(line.replace('.', ' '));
    }

    @Test
    void jsonOfPostfixHasNothingMore() throws IOException {
        assertThat(report(POSTFIX, new QueueListingJson(out)).lines().findFirst().orElseThrow())
                .isEqualTo("{\"queue_name\": \"active\", \"queue_id\": \"AAA111\", \"arrival_time\": 1795298427,"
                        + " \"message_size\": 307, \"forced_expire\": false, \"sender\": \"a@x.test\","
                        + " \"recipients\": [{\"address\": \"u@x.test\", \"delay_reason\": \"refused\"},"
                        + " {\"address\": \"v@x.test\", \"delay_reason\": \"refused\"}, {\"address\": \"w@x.test\"}]}");
    }

    @Test
    void jsonOfOursSaysWhy() throws IOException {
        assertThat(report(OURS, new QueueListingJson(out))).endsWith("\"recipients\": [{\"orig_address\": \"o@x.test\","
                + " \"address\": \"u@x.test\", \"delay_reason\": \"refused\", \"dsn_status\": \"4.4.1\","
                + " \"remote_host\": \"mx\", \"last_attempt\": 1795298999}, {\"address\": \"v@x.test\","
                + " \"bounce_reason\": \"no such user\"}, {\"address\": \"w@x.test\", \"held_by\": \"its turn\"}], \"attempts\": 3,"
                + " \"next_attempt\": 1795300000, \"held_by\": \"its time\"}\n");
    }

    @Test
    void whyOneMessageWaits() throws IOException {
        QueueWhy why = new QueueWhy(out, "AAA111", ZoneOffset.UTC);
        assertThat(report(OURS, why)).isEqualTo("""
                AAA111: queue deferred, arrived Sat Nov 21 22:00:27 2026, from <a@x.test>, 307 bytes
                  attempts: 3
                  next attempt: Sat Nov 21 22:26:40 2026
                  waits for: its time
                  to <u@x.test> (was <o@x.test>)
                    last reply: refused
                    status: 4.4.1
                    host: mx
                    at: Sat Nov 21 22:09:59 2026
                  to <v@x.test>
                    failed: no such user
                  to <w@x.test>
                    waits for: its turn
                """);
        assertThat(why.isFound()).isTrue();
        QueueWhy other = new QueueWhy(out, "CCC333", ZoneOffset.UTC);
        String _ = report(OURS, other);
        assertThat(other.isFound()).isFalse();
    }

    @Test
    void aRefusalIsHandedOn() throws IOException {
        String answer = "protocol|mail_queue_list_protocol||denied|no|||";
        assertThat(new ShowqAnswer(new ByteArrayInputStream(answer.replace('|', '\0').getBytes(
                StandardCharsets.ISO_8859_1)), new QueueListing(out, false, ZoneOffset.UTC)).read()).isEqualTo("no");
    }
}
