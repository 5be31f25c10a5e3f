package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The grammar of sendmail(1): what scripts write. */
class SendmailOptionsTest {
    private static SendmailOptions parse(String... arguments) throws UsageException {
        return SendmailOptions.parse("sendmail", List.of(arguments));
    }

    @Test
    void whatScriptsWrite() throws UsageException {
        SendmailOptions options = parse("-oem", "-odi", "-ti", "-fbob@example.test", "-F", "Bob", "--",
                "-x@example.test");
        assertThat(options.extract).isTrue();
        assertThat(options.ignoreDots).isTrue();
        assertThat(options.sender).isEqualTo("bob@example.test");
        assertThat(options.fullName).isEqualTo("Bob");
        assertThat(options.recipients).containsExactly("-x@example.test");
    }

    @Test
    void theQueueOptionAloneFlushesHoweverItIsWritten() throws UsageException {
        assertThat(parse("-q").mode).isEqualTo(SendmailOptions.Mode.FLUSH);
        assertThat(parse("-vq").mode).isEqualTo(SendmailOptions.Mode.FLUSH);
        assertThat(parse("-q15m", "a").mode).isEqualTo(SendmailOptions.Mode.SUBMIT);
        assertThat(parse("-qRexample.test").target).isEqualTo("example.test");
    }

    @Test
    void verpHasDelimitersOfItsOwnOrTheDefaultOnes() throws UsageException {
        assertThat(parse("a").verp).isEmpty();
        assertThat(parse("-XV", "a").verp).contains("");
        assertThat(parse("-XV-+", "a").verp).contains("-+");
    }

    @Test
    void aMissingValueIsAnError() {
        assertThatThrownBy(() -> parse("-f")).isInstanceOf(UsageException.class);
    }

    /** Words and effects are those of Postfix 3.7.11. */
    @Test
    void whatCanNotBeUnderstoodAboutNoticesIsIgnored() throws UsageException {
        SendmailOptions options = parse("-N", "sometimes", "-R", "half", "-V", "", "a");
        assertThat(options.notify + options.dsnReturn).isZero();
        assertThat(options.envelopeId).isEmpty();
        assertThat(options.warnings).containsExactly("unknown DSN NOTIFY command value \"sometimes\" in \"sometimes\"",
                "bad -N option value -- ignored", "bad -R option value -- ignored",
                "bad syntax in -V option value -- ignored");
        assertThat(parse("-Nnever,delay", "a").warnings).containsExactly("bad -N option value -- ignored");
        assertThat(parse("-Nsuccess,,delay", "a").notify).isEqualTo(2 | 8);
    }

    @Test
    void modesThatTakeNoMessageTakeNoRecipients() throws UsageException {
        assertThat(parse("-q15m").mode).isEqualTo(SendmailOptions.Mode.NOTHING);
        for (String[] wrong : new String[][]{{"-bp x", "display queue mode requires no recipient"},
                {"-q x", "flush queue mode requires no recipient"},
                {"-bi x", "alias initialization mode requires no recipient"},
                {"-bs -t", "-t can be used only in delivery mode"}, {"-bv -t", "-t option cannot be used with -bv"},
                {"-qR", "specify: -qRsitename"}, {"-qI", "specify: -qIqueueid"},
                {"-qSx", "-qS is not implemented"}, {"-bs x", "stand-alone mode requires no recipient"},
                {"-bd x", "daemon mode requires no recipient"}, {"-n x", "-n option not supported"},
                {"-X log x", "unsupported: -Xl"}}) {
            assertThatThrownBy(() -> parse(wrong[0].split(" "))).as(wrong[0]).isInstanceOf(UsageException.class)
                    .hasMessage(wrong[1]);
        }
    }

    @Test
    void theLastModeCountsAndTheStatusOfHostsIsNone() throws UsageException {
        assertThat(parse("-bs", "-bm", "a").mode).isEqualTo(SendmailOptions.Mode.SUBMIT);
        assertThat(parse("-bh").mode).isEqualTo(SendmailOptions.Mode.NOTHING);
        assertThat(parse("-bH").mode).isEqualTo(SendmailOptions.Mode.NOTHING);
    }
}
