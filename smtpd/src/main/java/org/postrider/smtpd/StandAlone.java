package org.postrider.smtpd;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.SystemDefaults;
import org.postrider.common.dns.DnsAnswer;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.lookup.Tables;
import org.postrider.common.tls.TlsFiles;
import org.postrider.common.wire.StreamWindow;

/**
 * {@code sendmail -bs}: a session on standard input and output, run by the local user's own process. No restriction applies, as the
 * user could submit the same message without SMTP; the message goes the way of all local submissions, to pickup, which knows
 * the user from the kernel.
 */
final class StandAlone {
    private static final Map<String, String> OVERRIDES = Map.ofEntries(Map.entry("smtpd_client_restrictions", ""),
            Map.entry("smtpd_helo_restrictions", ""), Map.entry("smtpd_sender_restrictions", ""),
            Map.entry("smtpd_relay_restrictions", "permit_inet_interfaces, reject"),
            Map.entry("smtpd_recipient_restrictions", ""), Map.entry("smtpd_data_restrictions", ""),
            Map.entry("smtpd_end_of_data_restrictions", ""), Map.entry("smtpd_reject_unlisted_recipient", "no"),
            Map.entry("smtpd_reject_unlisted_sender", "no"), Map.entry("local_header_rewrite_clients", ""),
            Map.entry("smtpd_error_sleep_time", "0"),
            Map.entry("smtpd_tls_security_level", "none"), Map.entry("smtpd_tls_wrappermode", "no"),
            Map.entry("notify_classes", ""));

    private final Parameters parameters;

    private StandAlone(Parameters parameters) {
        this.parameters = parameters;
    }

    /** Reads main.cf of MAIL_CONFIG, or of /etc/postfix. */
    static Parameters parameters(Map<String, String> environment) {
        Path directory = Path.of(environment.getOrDefault("MAIL_CONFIG", "/etc/postfix"));
        Map<String, String> settings = new LinkedHashMap<>(MainCf.read(directory.resolve("main.cf")).settings());
        settings.put("config_directory", directory.toString());
        return Parameters.of(new SystemDefaults(HostFacts.ask()).complete(settings));
    }

    /** Runs one session to its end. */
    static void run(Parameters parameters, InputStream in, OutputStream out) throws IOException {
        StandAlone alone = new StandAlone(parameters.with(OVERRIDES));
        OutputStream buffered = new BufferedOutputStream(out);
        new SmtpSession(alone.site(), Client.STAND_ALONE, new StreamWindow(in), buffered).run();
        buffered.flush();
    }

    private Site site() {
        Path queue = Path.of(parameters.string("queue_directory"));
        InstantSource clock = InstantSource.system();
        // Nobody asks for these: no restriction is left that would.
        Addresses addresses = (_, address) -> new ResolveAnswer("", "", address, ResolveAnswer.FAIL);
        return Site.open(parameters,
                new Surroundings(new PostdropSubmissions(queue.resolve("public/postdrop")), addresses,
                        (name, _) -> new DnsAnswer.TryAgain(name), new Tables(queue, clock), _ -> true, () -> -1, clock,
                        ZoneId.systemDefault(), Pause.real(), _ -> 0, _ -> FlushRequest.Status.FAILED,
                        _ -> new VerifyRequest.Answer(VerifyRequest.Status.PENDING, ""),
                        new TlsFiles(), TicketKeySource.alone(clock), Optional.empty(), (_, _) -> "DUNNO", "smtpd"));
    }
}
