package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postrider.common.smtp.Reply;

/** Of what the postmaster is told; as Postfix 3.7 does, with each class of notify_classes by itself. */
class TranscriptTest {
    private static boolean told(String kind, String command, Reply reply) {
        Transcript transcript = new Transcript(Set.of(kind), 100, "");
        transcript.in(command);
        transcript.out(reply);
        transcript.in("QUIT");
        transcript.out(Reply.of(221, "2.0.0", "Bye"));
        return transcript.isWanted();
    }

    private static List<String> classes(String command, int code, String status) {
        return List.of("policy", "protocol", "resource", "software", "bounce", "data").stream()
                .filter(kind -> told(kind, command, Reply.of(code, status, "text"))).toList();
    }

    @Test
    void eachReplyHasItsClass() {
        assertThat(classes("RCPT TO:<a@b>", 554, "5.7.1")).containsExactly("policy");
        assertThat(classes("RCPT TO:<a@b>", 450, "4.7.1")).containsExactly("policy");
        assertThat(classes("mail from:<a@b> SIZE=9", 552, "5.3.4")).containsExactly("policy");
        assertThat(classes("MAIL FROM:<a@b", 501, "5.1.7")).containsExactly("protocol");
        assertThat(classes("RCPT TO:<a@b>", 503, "5.5.1")).containsExactly("protocol");
        assertThat(classes("MAIL FROM:<a@b> X=Y", 555, "5.5.4")).containsExactly("protocol");
        assertThat(classes("MAIL FROM:<a@b>", 452, "4.3.1")).containsExactly("resource");
        assertThat(classes("RCPT TO:<a@b>", 451, "4.3.5")).containsExactly("software");
    }

    @Test
    void nobodyIsToldOfWhatTheClientTriesAgainOrHears() {
        assertThat(classes("RCPT TO:<a@b>", 452, "4.5.3")).isEmpty();
        assertThat(classes("DATA", 552, "5.3.4")).isEmpty();
        assertThat(classes("DATA", 554, "5.5.1")).isEmpty();
        assertThat(classes("NOOP", 250, "2.0.0")).isEmpty();
    }
}
