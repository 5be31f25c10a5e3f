package org.postrider.smtpd;

import java.time.Duration;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/**
 * What main.cf says about how clients reach a service and which other services it asks, read once; {@link Settings} has what its
 * sessions go by.
 *
 * @param proxies who hands clients over
 * @param connectionLimit smtpd_client_connection_count_limit: most connections of one client at a time; 0 for no limit
 * @param flushService the service behind ETRN
 * @param verifyService the service that knows which addresses are good
 * @param ticketLife smtpd_tls_session_cache_timeout: how long keys of session tickets are kept
 * @param login who says which logins are good
 */
record ServiceSettings(Proxies proxies, int connectionLimit, String flushService, String verifyService,
        Duration ticketLife, LoginSettings login) {
    /**
     * Proxies that tell of their clients with a PROXY header.
     *
     * @param always whether every connection begins with one (smtpd_upstream_proxy_protocol)
     * @param networks whose connections do in any case (smtpd_upstream_proxy_networks)
     * @param limit how long the header may take
     */
    record Proxies(boolean always, String networks, Duration limit) {}

    /**
     * Reads them.
     *
     * @throws ConfigurationException for a protocol or a kind of login that is not there
     */
    static ServiceSettings of(Parameters parameters) {
        return new ServiceSettings(
                new Proxies(isHaproxy(parameters.string("smtpd_upstream_proxy_protocol")),
                        parameters.string("smtpd_upstream_proxy_networks"),
                        parameters.time("smtpd_upstream_proxy_timeout")),
                parameters.number("smtpd_client_connection_count_limit"), parameters.string("flush_service_name"),
                parameters.string("address_verify_service_name"), parameters.time("smtpd_tls_session_cache_timeout"),
                LoginSettings.of(parameters));
    }

    private static boolean isHaproxy(String protocol) {
        return switch (protocol) {
            case "" -> false;
            case "haproxy" -> true;
            default -> throw new ConfigurationException("unsupported smtpd_upstream_proxy_protocol: " + protocol);
        };
    }
}
