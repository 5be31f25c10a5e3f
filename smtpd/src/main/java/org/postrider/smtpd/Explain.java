package org.postrider.smtpd;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.postrider.common.config.Configuration;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.config.ServiceType;
import org.postrider.common.daemon.MailOwner;
import org.postrider.common.daemon.Privileges;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.daemon.ServiceDescription;
import org.postrider.common.daemon.SessionNumbers;
import org.postrider.common.dns.ClientName;
import org.postrider.common.dns.ClientNameLookup;
import org.postrider.common.dns.HostsFile;
import org.postrider.common.dns.Resolver;
import org.postrider.common.dns.ResolverSettings;
import org.postrider.common.log.LogContext;
import org.postrider.common.log.LogDestination;
import org.postrider.common.log.Logging;
import org.postrider.common.lookup.TableFiles;
import org.postrider.common.lookup.TablePlugins;
import org.postrider.common.posix.Identity;
import org.postrider.common.tls.Fingerprints;
import org.postrider.common.tls.TlsException;
import org.postrider.common.wire.Network;
import org.postrider.common.wire.StreamWindow;
import org.postrider.common.wire.TlsSession;

/**
 * {@code postfix explain}: plays a session to a service of master.cf as its daemon would have it, with the same settings, rights,
 * tables and servers, and tells how the restrictions were evaluated. The session is a real one; only what it submits goes nowhere.
 */
final class Explain {
    private static final int WARNING = 4;
    private static final int FAILED = 1;

    private final ExplainOptions options;
    private final Configuration configuration;
    private final ServiceEntry service;
    private final Parameters parameters;

    private Explain(ExplainOptions options, Path directory) {
        this.options = options;
        this.configuration = Configuration.read(directory, HostFacts.ask());
        this.service = service(options.service(), configuration.services());
        this.parameters = configuration.parameters(service).with(overrides(configuration.parameters(service)));
    }

    /** Prints the explanation; returns the exit status. */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            ExplainOptions options = ExplainOptions.parse(arguments);
            if (options.help()) {
                out.print(ExplainOptions.USAGE);
                return 0;
            }
            Path directory = Path.of(environment.getOrDefault("MAIL_CONFIG", "/etc/postfix")).toAbsolutePath()
                    .normalize();
            Explain explain = new Explain(options, directory);
            ExplainReport report = explain.session(RestrictionPlaces.read(directory, explain.service.identity()), err);
            if (options.json()) {
                report.printJson(out);
            } else {
                report.print(out);
            }
            return report.status();
        } catch (ConfigurationException | IOException | TlsException e) {
            err.println("postfix: fatal: " + e.getMessage());
            return FAILED;
        }
    }

    private static ServiceEntry service(String wanted, List<ServiceEntry> services) {
        List<ServiceEntry> candidates = services.stream().filter(each -> each.program().equals("smtpd"))
                .filter(each -> wanted.isEmpty()
                        ? each.type() == ServiceType.INET
                        : each.name().equals(wanted) || each.identity().equals(wanted))
                .toList();
        if (candidates.isEmpty()) {
            throw new ConfigurationException("explain: master.cf has no such service of smtpd: "
                    + (wanted.isEmpty() ? "inet" : wanted));
        }
        return candidates.getFirst();
    }

    /** Nobody waits for a client that makes mistakes, nobody is written to; TLS is not played, but said to be there. */
    private static Map<String, String> overrides(Parameters parameters) {
        Map<String, String> overrides = new HashMap<>(Map.of("smtpd_error_sleep_time", "0", "notify_classes", ""));
        if (parameters.bool("smtpd_tls_wrappermode")) {
            overrides.putAll(Map.of("smtpd_tls_wrappermode", "no", "smtpd_tls_security_level", "encrypt"));
        }
        return overrides;
    }

    private ServiceDescription description() {
        MailOwner owner = MailOwner.of(configuration.parameters());
        boolean drop = owner.privileged() && service.unprivileged();
        Map<String, String> settings = new LinkedHashMap<>(parameters.settings());
        return new ServiceDescription(service.name(), service.type().text(), service.program(), service.arguments(),
                parameters.string("queue_directory"), 0, 0, false, service.chroot(), drop ? owner.uid() : -1,
                drop ? owner.gid() : -1, settings);
    }

    private ExplainReport session(RestrictionPlaces places, PrintStream err) throws IOException, TlsException {
        ServiceDescription description = description();
        Optional<X509Certificate> certificate = certificate();
        ResolverSettings system = ResolverSettings.system();
        HostsFile hosts = HostsFile.system();
        LogContext own = new LogContext("smtpd", Identity.pid());
        try (Network network = new Network(1);
                ExecutorService files = Executors.newCachedThreadPool();
                Logging _ = Logging.start(own, warnings(err), false)) {
            ServiceContext.Shared shared = new ServiceContext.Shared(network, files, InstantSource.system(),
                    new SessionNumbers(Identity.pid()), TablePlugins.ofImage(),
                    new TableFiles(InstantSource.system()));
            ServiceContext context = new ServiceContext(description, Privileges.queueDirectory(description), shared);
            Smtpd smtpd = new Smtpd();
            Privileges.prepare(smtpd, description, context, shared);
            Resolver resolver = Smtpd.resolver(parameters, system);
            PolicyConnections policies = new PolicyConnections(network, context.queueDirectory());
            Site site = Site.open(parameters, SmtpdService
                    .surroundings(context, ServiceSettings.of(parameters), Smtpd.filtered(context, system, resolver),
                            policies, smtpd.credentials(),
                            smtpd.secret(),
                            context.tables())
                    .withoutEffect());
            boolean encrypted = options.tls() || configuration.parameters(service).bool("smtpd_tls_wrappermode");
            Optional<TlsPeer> tls = encrypted ? Optional.of(peer(certificate)) : Optional.empty();
            return play(options, site, client(new ClientNameLookup(resolver, hosts)), tls, places);
        }
    }

    /** The session itself. */
    static ExplainReport play(ExplainOptions options, Site site, Client client, Optional<TlsPeer> tls,
            RestrictionPlaces places) {
        Evaluation evaluation = new Evaluation();
        ExplainDialogue dialogue = new ExplainDialogue(options, client, evaluation::begin);
        SmtpSession conversation = new SmtpSession(site, client, new StreamWindow(dialogue), dialogue.replies());
        Session session = conversation.session();
        tls.ifPresent(session::encrypted);
        options.login().ifPresent(session::login);
        session.witness(evaluation);
        conversation.run();
        return new ExplainReport(places, evaluation.steps(), dialogue.exchanges());
    }

    /** What a service does not ask for, no client shows. */
    private TlsPeer peer(Optional<X509Certificate> shown) throws TlsException {
        boolean asked = parameters.bool("smtpd_tls_ask_ccert") || parameters.bool("smtpd_tls_req_ccert");
        List<X509Certificate> certificates = asked ? shown.stream().toList() : List.of();
        return TlsPeer.of(
                new TlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384", "X25519", false, "", Optional.empty(),
                        certificates),
                asked, options.trusted() && !certificates.isEmpty(),
                new Fingerprints(parameters.string("smtpd_tls_fingerprint_digest")));
    }

    private Optional<X509Certificate> certificate() throws IOException {
        if (options.certificate().isEmpty()) {
            return Optional.empty();
        }
        Path file = options.certificate().get();
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        } catch (CertificateException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private Client client(ClientNameLookup names) {
        String name = options.name();
        ClientName found;
        if (name.isEmpty()) {
            found = parameters.bool("smtpd_peername_lookup")
                    ? names.lookup(options.client().orElseThrow())
                    : ClientName.NOT_LOOKED_UP;
        } else {
            String reverse = options.reverseName().isEmpty() ? name : options.reverseName();
            found = new ClientName(name, reverse, status(name), status(reverse), Optional.empty());
        }
        return new Client(found, options.client(), "", "", "");
    }

    private static ClientName.Status status(String name) {
        return name.equals(ClientName.UNKNOWN) ? ClientName.Status.PERMANENT : ClientName.Status.OK;
    }

    /** What else would be logged is told by the report. */
    private static LogDestination warnings(PrintStream err) {
        return (severity, _, line) -> {
            if (severity <= WARNING) {
                err.println("postfix: " + line.substring(line.indexOf("]: ") + 3));
            }
        };
    }
}
