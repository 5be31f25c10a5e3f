package org.postrider.smtpd;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.AnvilRequest;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The smtpd_client_*_rate_limit parameters: how often a client may connect, begin messages and name recipients within
 * anvil_rate_time_unit. anvil counts; while it can't be asked nobody is refused. Safe for many threads.
 */
final class ClientLimits {
    private static final Logger log = LoggerFactory.getLogger(ClientLimits.class);

    /** Asks anvil to count an event; answers how many there are in the time unit. */
    @FunctionalInterface
    interface Counter {
        int count(AnvilRequest event) throws IOException;
    }

    /**
     * What postconf(5) calls smtpd_client_*.
     *
     * @param rates most events of a kind in the time unit; 0 for no limit
     * @param prefixIpv4 bits of an address that clients have in common who are counted as one
     */
    record Settings(Map<Kind, Integer> rates, Farewells farewells, int prefixIpv4, int prefixIpv6) {
        static Settings of(Parameters parameters) {
            return new Settings(Map.of(Kind.CONNECT, parameters.number("smtpd_client_connection_rate_limit"),
                    Kind.MESSAGE, parameters.number("smtpd_client_message_rate_limit"),
                    Kind.RECIPIENT, parameters.number("smtpd_client_recipient_rate_limit"),
                    Kind.NEWTLS, parameters.number("smtpd_client_new_tls_session_rate_limit"),
                    Kind.AUTH, parameters.number("smtpd_client_auth_rate_limit")),
                    new Farewells(parameters.string("myhostname")),
                    parameters.number("smtpd_client_ipv4_prefix_length"),
                    parameters.number("smtpd_client_ipv6_prefix_length"));
        }
    }

    private final Settings settings;
    private final Counter counter;
    private final MatchList exempt;
    private final String service;

    /** @param exempt smtpd_client_event_limit_exceptions */
    ClientLimits(Settings settings, MatchList exempt, String service, Counter counter) {
        this.settings = settings;
        this.exempt = exempt;
        this.service = service;
        this.counter = counter;
    }

    /** Counts the event; the refusal when it is one too many, or with NEWTLS_STATUS when there were too many before. */
    Optional<Reply> count(Kind kind, Client client, Privileges privileges) {
        int limit = settings.rates.getOrDefault(kind == Kind.NEWTLS_STATUS ? Kind.NEWTLS : kind, 0);
        if (limit <= 0 || client.address().isEmpty() || exempts(client, privileges)) {
            return Optional.empty();
        }
        try {
            int rate = counter.count(new AnvilRequest(kind, service + ":" + network(client.address().get())));
            return rate > limit ? Optional.of(refusal(kind, client, rate)) : Optional.empty();
        } catch (IOException e) {
            log.warn("anvil: {}", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** True for a client whom no limit concerns, as for one that may speak for others. */
    boolean exempts(Client client, Privileges privileges) {
        return privileges.xclient().matches() || exempt.match(client.name().name(), client.addressText()).matches();
    }

    private Reply refusal(Kind kind, Client client, int rate) {
        String who = "from " + client.title() + " for service " + service;
        switch (kind) {
            case MESSAGE -> exceeded("Message delivery request", rate, who);
            case RECIPIENT -> exceeded("Recipient address", rate, who);
            case NEWTLS -> exceeded("New TLS session", rate, who);
            case NEWTLS_STATUS -> log.warn("Refusing STARTTLS request {}", who);
            case AUTH -> exceeded("AUTH command", rate, who);
            case CONNECT, DISCONNECT -> exceeded("Connection", rate, who);
        }
        return switch (kind) {
            case MESSAGE -> Reply.of(450, "4.7.1", "Error: too much mail from " + client.addressText());
            case RECIPIENT -> Reply.of(450, "4.7.1", "Error: too many recipients from " + client.addressText());
            case AUTH -> Reply.of(450, "4.7.1", "Error: too many AUTH commands from " + client.addressText());
            case NEWTLS -> settings.farewells.tooManyTlsSessions(client);
            case NEWTLS_STATUS -> Reply.of(454, "4.7.0", "Error: too many new TLS sessions from " + client.title());
            case CONNECT, DISCONNECT -> settings.farewells.tooManyConnections(client);
        };
    }

    private static void exceeded(String what, int rate, String who) {
        log.warn("{} rate limit exceeded: {} {}", what, rate, who);
    }

    /** The address, or the network that it stands for, with its length. */
    String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        int length = bytes.length == 4 ? settings.prefixIpv4 : settings.prefixIpv6;
        if (length >= bytes.length * 8) {
            return Client.text(address);
        }
        for (int bit = length; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        try {
            return Client.text(InetAddress.getByAddress(bytes)) + "/" + length;
        } catch (IOException _) {
            return Client.text(address);
        }
    }
}
