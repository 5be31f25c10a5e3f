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
        assertThatThrownBy(() -> parse("-Nsometimes")).isInstanceOf(UsageException.class);
    }
}
