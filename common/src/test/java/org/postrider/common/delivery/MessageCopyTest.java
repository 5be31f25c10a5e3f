package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.postrider.common.testing.TextMessage;

class MessageCopyTest {
    private static final Instant NOW = LocalDateTime.of(2026, 11, 5, 7, 8, 9)
            .atZone(ZoneId.systemDefault()).toInstant();
    private static final MessageCopy.Headers HEADERS = new MessageCopy.Headers("sender@example.com", "MAILER-DAEMON",
            true, "orig@example.org", "user@example.org");

    private static String copy(MessageCopy.Format format, MessageCopy.Headers headers, String text)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long size = new MessageCopy(format).write(headers, NOW, new TextMessage(text).content(), out);
        assertThat(size).isEqualTo(out.size());
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void mboxHasFromLineQuotesAndAnEmptyLineAtTheEnd() throws IOException {
        String text = copy(MessageCopy.Format.MBOX, HEADERS, "Subject: x\n\nFrom me\n>From you\nfrom\nFromage\n");
        assertThat(text).isEqualTo("""
                From sender@example.com  Thu Nov  5 07:08:09 2026
                Return-Path: <sender@example.com>
                X-Original-To: orig@example.org
                Delivered-To: user@example.org
                Subject: x

                >From me
                >From you
                from
                Fromage

                """);
    }

    @Test
    void maildirIsPlainAndGetsItsMissingLineEnd() throws IOException {
        var headers = new MessageCopy.Headers("", "MAILER-DAEMON", true, "", "user@example.org");
        String text = copy(MessageCopy.Format.MAILDIR, headers, "Subject: x\n\nFrom me");
        assertThat(text).isEqualTo("""
                Return-Path: <>
                Delivered-To: user@example.org
                Subject: x

                From me
                """);
    }

    @Test
    void nullSenderHasANameInTheFromLine() throws IOException {
        var headers = new MessageCopy.Headers("", "MAILER-DAEMON", false, "", "");
        assertThat(copy(MessageCopy.Format.COMMAND, headers, "\nx\n"))
                .isEqualTo("From MAILER-DAEMON  Thu Nov  5 07:08:09 2026\n\nx\n");
    }

    @Test
    void dotsAndLineEndsAsAsked() throws IOException {
        var format = new MessageCopy.Format(false, false, false, true, "\r\n");
        var headers = new MessageCopy.Headers("", "", false, "", "");
        assertThat(copy(format, headers, "a\n.\n..b\n")).isEqualTo("a\r\n..\r\n...b\r\n");
    }
}
