package org.postrider.smtpd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
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
    private final PolicyConnections policies;
    private final ServiceSettings settings;
    private final MatchList proxies;

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
        this.settings = ServiceSettings.of(parameters);
        this.site = Site.open(parameters, surroundings(context, settings, filtered, policies, files, secret, tables));
        this.names = new ClientNameLookup(resolver, hosts);
        this.proxies = MatchList.hosts(settings.proxies().networks(), false, tables);
    }

    /** What a service of this context reaches. */
    static Surroundings surroundings(ServiceContext context, ServiceSettings settings, Resolver resolver,
            PolicyTransport policies, TlsFiles files, byte[] secret, Tables tables) {
        RewriteClient rewrite = context.rewrite();
        Addresses addresses = (sender, address) -> {
            String full = rewrite.rewrite(new RewriteRequest(RewriteRequest.LOCAL, address));
            return rewrite.resolve(new ResolveRequest(sender, full));
        };
        return new Surroundings(context.cleanup(), addresses, resolver, tables,
                OwnAddresses.of(context.parameters()), context.queueDirectory().toFile()::getUsableSpace,
                context.clock(),
                ZoneId.systemDefault(), Pause.real(), anvil(context), flush(context, settings.flushService()),
                verifier(context, settings.verifyService()), files, ticketKeys(context, settings.ticketLife()),
                authenticator(context, settings.login(), secret, tables), policies, context.serviceName());
    }

    private static Optional<Authenticator> authenticator(ServiceContext context, LoginSettings login, byte[] secret,
            Tables tables) {
        return switch (login) {
            case LoginSettings.Nobody() -> Optional.empty();
            case LoginSettings.Dovecot(String path, String service) ->
                Optional.of(new DovecotAuthenticator(context.network(), context.queueDirectory(), path, service));
            case LoginSettings.Saslauthd(CyrusSettings cyrus, String service, String realm) ->
                Optional.of(cyrus.authenticator(context.network(), service, realm));
            case LoginSettings.Users users -> Optional.of(new TableAuthenticator(tables.list(users.passwords()),
                    users.mechanisms(), users.realm(), secret, users.oauth(), context.clock()));
        };
    }

    private static ClientLimits.Counter anvil(ServiceContext context) {
        ServiceClient client = context.client("private/anvil");
        return event -> AnvilRequest.Answer.fromAttributes(client.call(event.toAttributes())).rate();
    }

    private static TicketKeySource ticketKeys(ServiceContext context, Duration life) {
        ServiceClient client = context.client("private/tlsmgr");
        return new TicketKeySource(
                () -> TicketKeysRequest.fromAnswer(client.call(TicketKeysRequest.toAttributes())),
                life, context.clock());
    }

    private static EtrnVerb.Flush flush(ServiceContext context, String service) {
        ServiceClient client = context.client("public/" + service);
        return name -> FlushRequest.status(client.call(FlushRequest.site(name).toAttributes()));
    }

    private static AddressVerifier verifier(ServiceContext context, String service) {
        ServiceClient client = context.client("private/" + service);
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
        if (settings.proxies().always() || isProxy(ends.client.getAddress())) {
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
            new SmtpSession(site, client, connection.in(), connection.out(), connection::startTls)
                    .run(session -> refusal(session, now));
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
            Duration limit = settings.proxies().limit();
            connection.timeout(limit);
            connection.in().deadline(System.nanoTime() + limit.toNanos());
            ProxyHeader header = ProxyHeader.read(connection.in());
            connection.in().noDeadline();
            return Optional.of(new Ends(header.client().orElse(proxy.client),
                    header.server().isPresent() ? header.server() : proxy.server));
        } catch (IOException e) {
            log.warn("haproxy read: {}",
                    e instanceof SocketTimeoutException ? "timeout error" : String.valueOf(e.getMessage()));
            Client peer = client(proxy, OwnAddresses.plain(proxy.client.getAddress()));
            log.info("connect from {}", peer.title());
            turnAway(connection, site.settings().names().farewells().localError());
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

    /** smtpd_client_connection_count_limit and _rate_limit. */
    private Optional<Reply> refusal(Session session, int now) {
        int most = settings.connectionLimit();
        return most > 0 && now > most && !site.clientLimits().exempts(session.client(), session.privileges())
                ? Optional.of(concurrencyRefusal(session.client(), now))
                : session.count(AnvilRequest.Kind.CONNECT);
    }

    private Reply concurrencyRefusal(Client client, int now) {
        log.warn("Connection concurrency limit exceeded: {} from {} for service {}", now, client.title(),
                context.serviceName());
        return site.settings().names().farewells().tooManyConnections(client);
    }

    private static void turnAway(Connection connection, Reply reply) throws IOException {
        connection.timeout(BUSY_LIMIT);
        connection.out().write(reply.onTheWire().getBytes(StandardCharsets.ISO_8859_1));
        connection.out().flush();
    }
}
