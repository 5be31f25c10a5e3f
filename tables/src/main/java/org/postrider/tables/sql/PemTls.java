package org.postrider.tables.sql;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.export.SslMode;
import org.mariadb.jdbc.plugin.tls.main.DefaultTlsSocketPlugin;
import org.postrider.common.tls.TlsException;
import org.postrider.tables.ClientTls;

/** Gives MariaDB's driver keys and authorities from files in PEM, as mysql_table(5) names them. The driver finds it as a service. */
public final class PemTls extends DefaultTlsSocketPlugin {
    /** Its name among the driver's options. */
    static final String TYPE = "postrider-pem";
    static final String AUTHORITIES = "postriderAuthorities";
    static final String AUTHORITIES_FOLDER = "postriderAuthoritiesFolder";
    static final String CERTIFICATE = "postriderCertificate";
    static final String KEY = "postriderKey";

    @Override
    public String type() {
        return TYPE;
    }

    private static ClientTls files(Configuration configuration) {
        Properties options = configuration.nonMappedOptions();
        return new ClientTls(options.getProperty(AUTHORITIES, ""), options.getProperty(AUTHORITIES_FOLDER, ""),
                options.getProperty(CERTIFICATE, ""), options.getProperty(KEY, ""));
    }

    @Override
    public TrustManager[] getTrustManager(Configuration configuration, ExceptionFactory failures, HostAddress host)
            throws SQLException {
        if (configuration.sslMode() == SslMode.TRUST) {
            return ClientTls.anybody();
        }
        try {
            return files(configuration).trustManagers();
        } catch (GeneralSecurityException | TlsException | IOException e) {
            throw failures.create("TLS: " + e.getMessage(), "08000", e);
        }
    }

    @Override
    public KeyManager[] getKeyManager(Configuration configuration, ExceptionFactory failures) throws SQLException {
        try {
            return files(configuration).keyManagers();
        } catch (GeneralSecurityException | TlsException | IOException e) {
            throw failures.create("TLS: " + e.getMessage(), "08000", e);
        }
    }
}
