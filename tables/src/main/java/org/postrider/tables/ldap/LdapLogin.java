package org.postrider.tables.ldap;

import com.unboundid.ldap.sdk.ExtendedResult;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLSocketFactory;
import org.postrider.tables.ClientTls;
import org.postrider.tables.LocalSocketFactory;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.HostPool;

/**
 * Connects to a directory: where, with which protection, as whom.
 *
 * @param binds false for {@code bind = no}: the server is asked without a word about who asks
 * @param timeout for connecting and for every answer
 */
record LdapLogin(boolean binds, String dn, String password, boolean startTls, boolean verifies, ClientTls tls,
        boolean followsReferrals, Duration timeout) implements HostPool.Driver<LdapSession> {
    private static final int LONGEST_MESSAGE = 8 * 1024 * 1024;

    static LdapLogin read(DatabaseSettings settings) {
        String bind = settings.text("bind", "yes").toLowerCase(Locale.ROOT);
        boolean binds = switch (bind) {
            case "yes", "simple" -> true;
            case "no", "none" -> false;
            default -> throw settings.unsupported("bind", bind);
        };
        // Everybody understands version 3 by now, and nothing older is spoken.
        int _ = settings.number("version", 3, 2, 3);
        ClientTls tls = new ClientTls(settings.text("tls_ca_cert_file", ""), settings.text("tls_ca_cert_dir", ""),
                settings.text("tls_cert", ""), settings.text("tls_key", ""));
        return new LdapLogin(binds, settings.text("bind_dn", ""), settings.text("bind_pw", ""),
                settings.flag("start_tls", false), settings.flag("tls_require_cert", false), tls,
                settings.flag("chase_referrals", false), Duration.ofSeconds(settings.number("timeout", 10, 1)));
    }

    @Override
    public LdapSession connect(HostPool.Host host) throws LDAPException, IOException {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis((int) timeout.toMillis());
        options.setResponseTimeoutMillis(timeout.toMillis());
        options.setFollowReferrals(followsReferrals);
        options.setUseSynchronousMode(true);
        options.setMaxMessageSize(LONGEST_MESSAGE);
        LDAPConnection connection = open(host.name(), options);
        try {
            if (startTls) {
                ExtendedResult result = connection.processExtendedOperation(
                        new StartTLSExtendedRequest(sockets()));
                if (!result.getResultCode().equals(ResultCode.SUCCESS)) {
                    throw new LDAPException(result);
                }
            }
            if (binds) {
                var _ = connection.bind(dn, password);
            }
            return new LdapSession(connection);
        } catch (LDAPException | IOException e) {
            connection.close();
            throw e;
        }
    }

    private LDAPConnection open(String text, LDAPConnectionOptions options) throws LDAPException, IOException {
        if (text.startsWith("ldapi://")) {
            Path path = Path.of(LDAPURL.percentDecode(text.substring("ldapi://".length())));
            return new LDAPConnection(new LocalSocketFactory(path), options, "localhost", 389);
        }
        LDAPURL url = new LDAPURL(text);
        return switch (url.getScheme()) {
            case "ldaps" -> new LDAPConnection(sockets(), options, url.getHost(), url.getPort());
            default -> new LDAPConnection(options, url.getHost(), url.getPort());
        };
    }

    private SSLSocketFactory sockets() throws IOException {
        SSLSocketFactory sockets = tls.context(verifies).getSocketFactory();
        return verifies ? new NamedSocketFactory(sockets) : sockets;
    }

    @Override
    public boolean isBroken(LdapSession session, Exception failure) {
        return !(failure instanceof LDAPException e) || !e.getResultCode().isConnectionUsable()
                || !session.connection().isConnected();
    }

    @Override
    public String connectComplaint(HostPool.Host host, String reason) {
        return "dict_ldap_connect: Unable to bind to server " + host.name() + " with dn "
                + (dn.isEmpty() ? "empty or implicit" : dn) + ": " + reason;
    }

    @Override
    public String queryComplaint(HostPool.Host host, String reason) {
        return "dict_ldap_lookup: Search error: " + reason;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return dn;
    }
}
