package org.postrider.smtpd;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.LogDestinations;
import org.postrider.common.daemon.DnsFilterTables;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.dns.AnswerFilter;
import org.postrider.common.dns.DnsjavaResolver;
import org.postrider.common.dns.HostsFile;
import org.postrider.common.dns.Resolver;
import org.postrider.common.dns.ResolverSettings;
import org.postrider.common.log.LogContext;
import org.postrider.common.log.Logging;
import org.postrider.common.posix.Crypt;
import org.postrider.common.posix.Processes;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.TlsFiles;

/** smtpd(8): the main, and the opening of its services. Files outside a new root directory are read here, before it changes. */
public final class Smtpd implements Program {
    private static final int SECRET_BYTES = 32;

    private final HostsFile hosts = HostsFile.system();
    private final ResolverSettings systemResolver = ResolverSettings.system();
    private final TlsFiles tlsFiles = new TlsFiles();
    private final byte[] secret = machineSecret();

    /**
     * Serves until master says stop; with {@code -S}, one session on standard input and output; with {@code --explain}, what
     * {@code postfix explain} prints.
     */
    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("-S")) {
            standAlone();
        } else if (arguments.length > 0 && arguments[0].equals("--explain")) {
            explain(List.of(arguments).subList(1, arguments.length));
        } else {
            Daemon.run(new Smtpd(), arguments);
        }
    }

    private static void standAlone() throws IOException {
        Parameters parameters = StandAlone.parameters(System.getenv());
        Path queue = Path.of(parameters.string("queue_directory"));
        // Standard output belongs to the client.
        Parameters logged = parameters.string("maillog_file").equals("/dev/stdout")
                ? parameters.with(Map.of("maillog_file", ""))
                : parameters;
        LogContext own = new LogContext(parameters.string("syslog_name") + "/smtpd", ProcessHandle.current().pid());
        try (Logging _ = Logging.start(own, LogDestinations.of(logged, queue), false)) {
            StandAlone.run(parameters, System.in, System.out);
        }
    }

    private static void explain(List<String> question) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.ISO_8859_1);
        int status = Explain.run(question, System.getenv(), out, System.err);
        out.flush();
        Processes.exit(status);
    }

    @Override
    public String name() {
        return "smtpd";
    }

    @Override
    public void prepare(ServiceContext context) {
        // Not found inside a new root directory.
        boolean _ = Crypt.isThere();
        CredentialFiles.keepAll(tlsFiles, context.parameters(), Set.of(context.programName()), List.of("smtpd_tls_"));
    }

    /** The other daemons need processors, too. */
    @Override
    public int eventLoops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    @Override
    public Set<String> tableReaders(String command) {
        return command.equals(name()) ? Set.of(command, "ALL") : Set.of();
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) {
        ConnectionCounts counts = previous.map(SmtpdService.class::cast).map(SmtpdService::counts)
                .orElseGet(ConnectionCounts::new);
        context.wakeCompanions();
        Resolver plain = resolver(context.parameters(), systemResolver);
        return new SmtpdService(context, plain, filtered(context, systemResolver, plain), hosts, tlsFiles, secret,
                counts);
    }

    /** The same at every start, and not told to anybody: machine-id(5), chance where there is none. */
    private static byte[] machineSecret() {
        try {
            byte[] id = Files.readAllBytes(Path.of("/etc/machine-id"));
            if (id.length >= SECRET_BYTES) {
                return id;
            }
        } catch (IOException _) {
            // A container may have none.
        }
        byte[] chance = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(chance);
        return chance;
    }

    /** The keys and certificates that were read in {@link #prepare}. */
    TlsFiles credentials() {
        return tlsFiles;
    }

    /** For {@link TableAuthenticator}. */
    byte[] secret() {
        return secret.clone();
    }

    /** @param system what resolv.conf(5) says */
    static Resolver resolver(Parameters parameters, ResolverSettings system) {
        return new DnsjavaResolver(servers(parameters, system), InstantSource.system());
    }

    private static ResolverSettings servers(Parameters parameters, ResolverSettings system) {
        String address = parameters.string("dns_resolver_address");
        return (address.isEmpty() ? system : ResolverSettings.at(address))
                .withTransitionalNames(parameters.bool("enable_idna2003_compatibility"));
    }

    /** What restrictions ask: the same where {@code smtpd_dns_reply_filter} names no table. */
    static Resolver filtered(ServiceContext context, ResolverSettings system, Resolver plain) {
        AnswerFilter filter = DnsFilterTables.of("smtpd_dns_reply_filter", context.parameters(), context.tables());
        return filter.isEmpty()
                ? plain
                : new DnsjavaResolver(servers(context.parameters(), system), InstantSource.system(), filter);
    }
}
