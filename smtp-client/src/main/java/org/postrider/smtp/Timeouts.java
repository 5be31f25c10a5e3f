package org.postrider.smtp;

import java.time.Duration;
import org.postrider.common.config.Parameters;

/** How long one wait may last at each step: {@code smtp_connect_timeout} and its kin. */
record Timeouts(Duration connect, Duration hello, Duration mail, Duration rcpt, Duration dataInit,
        Duration dataTransfer,
        Duration dataDone, Duration reset, Duration quit, Duration startTls,
        Duration xforward) {
    /** For a connection without a limit: the kernel gives up before that. */
    private static final Duration UNLIMITED = Duration.ofHours(1);

    static Timeouts of(Parameters parameters, Protocol protocol) {
        Duration connect = parameters.time(protocol.parameter("connect_timeout"));
        return new Timeouts(connect.isZero() ? UNLIMITED : connect,
                parameters.time(protocol.parameter(protocol == Protocol.SMTP ? "helo_timeout" : "lhlo_timeout")),
                parameters.time(protocol.parameter("mail_timeout")),
                parameters.time(protocol.parameter("rcpt_timeout")),
                parameters.time(protocol.parameter("data_init_timeout")),
                parameters.time(protocol.parameter("data_xfer_timeout")),
                parameters.time(protocol.parameter("data_done_timeout")),
                parameters.time(protocol.parameter("rset_timeout")),
                parameters.time(protocol.parameter("quit_timeout")),
                parameters.time(protocol.parameter("starttls_timeout")),
                parameters.time(protocol.parameter("xforward_timeout")));
    }
}
