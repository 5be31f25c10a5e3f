package org.postrider.smtpd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.dns.ClientName;
import org.postrider.common.dns.ClientNameLookup;
import org.postrider.common.dns.HostsFile;
import org.postrider.common.dns.Resolver;
import org.postrider.common.ipc.AnvilRequest;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.ipc.TicketKeysRequest;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.smtp.Reply;
import org.postrider.common.tls.TlsFiles;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One smtpd service of master.cf: finds out who the client is and runs its session. */
final class SmtpdService implements Service {
    private static final Logger log = LoggerFactory.getLogger(SmtpdService.class);
    private static final Duration BUSY_LIMIT = Duration.ofSeconds(10);

    private final ServiceContext context;
    private final Site site;
    private final ClientNameLookup names;
    private final ConnectionCounts counts;
    private final int connectionLimit;
    private final PolicyConnections policies;
    private final boolean behindProxy;
    private final MatchList proxies;
    private final Duration proxyLimit;

    /**
     * @param resolver asked for the names of clients
     * @param filtered asked by restrictions
     * @param secret of this machine, see {@link TableAuthenticator}
     */
    SmtpdService(ServiceContext context, Resolver resolver, Resolver filtered, HostsFile hosts, TlsFiles files,
            byte[] secret,
            ConnectionCounts counts) {
        Parameters parameters = context.parameters();
        Tables tables = context.tables();
        this.context = context;
        this.policies = new PolicyConnections(context.network(), context.queueDirectory());
        this.counts = counts;
        this.site = Site.open(parameters, surroundings(context, filtered, policies, files, secret, tables));
        this.names = new ClientNameLookup(resolver, hosts);
        this.behindProxy = behindProxy(parameters.string("smtpd_upstream_proxy_protocol"));
        this.proxies = MatchList.hosts(parameters.string("smtpd_upstream_proxy_networks"), false, tables);
        this.proxyLimit = parameters.time("smtpd_upstream_proxy_timeout");
        this.connectionLimit = parameters.number("smtpd_client_connection_count_limit");
    }

    /** What a service of this context reaches. */
    static Surroundings surroundings(ServiceContext context, Resolver resolver, PolicyTransport policies,
            TlsFiles files, byte[] secret, Tables tables) {
        RewriteClient rewrite = context.rewrite();
        Addresses addresses = (sender, address) -> {
            String full = rewrite.rewrite(new RewriteRequest(RewriteRequest.LOCAL, address));
            return rewrite.resolve(new ResolveRequest(sender, full));
        };
        return new Surroundings(new CleanupSubmissions(context.cleanup()), addresses, resolver, tables,
                OwnAddresses.of(context.parameters()), context.queueDirectory().toFile()::getUsableSpace,
                context.clock(),
                ZoneId.systemDefault(), Pause.real(), anvil(context), flush(context), verifier(context), files,
                ticketKeys(context), authenticator(context, secret, tables), policies, context.serviceName());
    }

    private static boolean behindProxy(String protocol) {
        return switch (protocol) {
            case "" -> false;
            case "haproxy" -> true;
            default -> throw new ConfigurationException("unsupported smtpd_upstream_proxy_protocol: " + protocol);
        };
    }

    private static Optional<Authenticator> authenticator(ServiceContext context, byte[] secret, Tables tables) {
        Parameters parameters = context.parameters();
        if (!parameters.bool("smtpd_sasl_auth_enable")) {
            return Optional.empty();
        }
        String service = parameters.string("smtpd_sasl_service");
        return switch (parameters.string("smtpd_sasl_type")) {
            case "dovecot" -> Optional.of(new DovecotAuthenticator(context.network(), context.queueDirectory(),
                    parameters.string("smtpd_sasl_path"), service));
            case "cyrus" -> Optional.of(CyrusSettings.read(parameters).authenticator(context.network(), service,
                    parameters.string("smtpd_sasl_local_domain")));
            case "tables" -> Optional.of(new TableAuthenticator(
                    tables.list(parameters.list("smtpd_sasl_password_maps")),
                    parameters.list("smtpd_sasl_mechanisms"), parameters.string("smtpd_sasl_local_domain"), secret,
                    () -> OauthSettings.of(parameters), context.clock()));
            default -> throw new ConfigurationException(
                    "unsupported SASL server implementation: " + parameters.string("smtpd_sasl_type"));
        };
    }

    private static ClientLimits.Counter anvil(ServiceContext context) {
        ServiceClient client = context.client("private/anvil");
        return event -> AnvilRequest.Answer.fromAttributes(client.call(event.toAttributes())).rate();
    }

    private static TicketKeySource ticketKeys(ServiceContext context) {
        ServiceClient client = context.client("private/tlsmgr");
        return new TicketKeySource(
                () -> TicketKeysRequest.fromAnswer(client.call(TicketKeysRequest.toAttributes())),
                context.parameters().time("smtpd_tls_session_cache_timeout"), context.clock());
    }

    private static EtrnVerb.Flush flush(ServiceContext context) {
        ServiceClient client = context.client("public/" + context.parameters().string("flush_service_name"));
        return name -> FlushRequest.status(client.call(FlushRequest.site(name).toAttributes()));
    }

    private static AddressVerifier verifier(ServiceContext context) {
        ServiceClient client = context.client("private/" + context.parameters().string("address_verify_service_name"));
        return address -> VerifyRequest.Answer
                .fromAttributes(client.call(new VerifyRequest.Query(address).toAttributes()));
    }

    @Override
    public void retire() {
        policies.close();
    }

    @Override
    public boolean isOutdated() {
        return site.tls().isOutdated();
    }

    ConnectionCounts counts() {
        return counts;
    }

    @Override
    public boolean conversesOnLoop() {
        return true;
    }

    @Override
    public void converse(Connection connection) throws IOException {
        Optional<InetSocketAddress> remote = connection.remoteAddress();
        if (remote.isEmpty()) {
            new SmtpSession(site, Client.STAND_ALONE, connection.in(), connection.out()).run();
            return;
        }
        connection.out().timeout(site.settings().limits().timeout());
        Ends ends = new Ends(remote.get(), connection.localAddress());
        if (behindProxy || isProxy(ends.client.getAddress())) {
            Optional<Ends> told = proxied(connection, ends);
            if (told.isEmpty()) {
                return;
            }
            ends = told.get();
        }
        InetAddress address = OwnAddresses.plain(ends.client.getAddress());
        String network = site.clientLimits().network(address);
        int now = counts.enter(network);
        try {
            Client client = client(ends, address);
            Optional<Reply> refusal = tooMany(client, now)
                    ? Optional.of(concurrencyRefusal(client, now))
                    : site.clientLimits().count(AnvilRequest.Kind.CONNECT, client);
            if (refusal.isPresent()) {
                turnAway(connection, refusal.get());
            } else {
                new SmtpSession(site, client, connection.in(), connection.out(), connection::startTls).run();
            }
        } finally {
            counts.leave(network);
        }
    }

    /** True for one of smtpd_upstream_proxy_networks. */
    private boolean isProxy(InetAddress address) {
        return proxies.match(ClientName.NOT_LOOKED_UP.name(), Client.text(OwnAddresses.plain(address))).matches();
    }

    /** Both ends of a connection; the client's side is the one that counts. */
    private record Ends(InetSocketAddress client, Optional<InetSocketAddress> server) {}

    /** Who is behind the proxy; empty, and logged, when it does not say. */
    private Optional<Ends> proxied(Connection connection, Ends proxy) throws IOException {
        try {
            connection.timeout(proxyLimit);
            connection.in().deadline(System.nanoTime() + proxyLimit.toNanos());
            ProxyHeader header = ProxyHeader.read(connection.in());
            connection.in().noDeadline();
            return Optional.of(new Ends(header.client().orElse(proxy.client),
                    header.server().isPresent() ? header.server() : proxy.server));
        } catch (IOException e) {
            log.warn("haproxy read: {}",
                    e instanceof SocketTimeoutException ? "timeout error" : String.valueOf(e.getMessage()));
            Client peer = client(proxy, OwnAddresses.plain(proxy.client.getAddress()));
            log.info("connect from {}", peer.title());
            turnAway(connection, Reply.of(421, "4.3.0", site.settings().names().hostname() + " Server local error"));
            log.info("disconnect from {}{}", peer.title(), new CommandCounts().line());
            return Optional.empty();
        }
    }

    private Client client(Ends ends, InetAddress address) {
        ClientName name = site.settings().conduct().peernameLookup()
                ? names.lookup(address)
                : ClientName.NOT_LOOKED_UP;
        name.warning().ifPresent(log::warn);
        Optional<InetSocketAddress> local = ends.server;
        return new Client(name, Optional.of(address), Integer.toString(ends.client.getPort()),
                local.map(own -> Client.text(OwnAddresses.plain(own.getAddress()))).orElse(""),
                local.map(own -> Integer.toString(own.getPort())).orElse(""));
    }

    private boolean tooMany(Client client, int now) {
        return connectionLimit > 0 && now > connectionLimit
                && !site.clientLimits().exempts(client);
    }

    private Reply concurrencyRefusal(Client client, int now) {
        log.warn("Connection concurrency limit exceeded: {} from {} for service {}", now, client.title(),
                context.serviceName());
        return Reply.of(421, "4.7.0",
                site.settings().names().hostname() + " Error: too many connections from " + client.addressText());
    }

    private static void turnAway(Connection connection, Reply reply) throws IOException {
        connection.timeout(BUSY_LIMIT);
        connection.out().write(reply.onTheWire().getBytes(StandardCharsets.ISO_8859_1));
        connection.out().flush();
    }
}
