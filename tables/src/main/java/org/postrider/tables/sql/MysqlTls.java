package org.postrider.tables.sql;

import java.util.Properties;
import org.postrider.tables.DatabaseSettings;

/**
 * TLS to MariaDB and MySQL: used when one of the settings about it is made, and never without it then. With an authority the server's
 * chain has to lead there; with tls_verify_cert its name has to be right, too.
 */
record MysqlTls(boolean used, boolean verifies, String authorities, String authoritiesFolder, String certificate,
        String key) {
    static MysqlTls read(DatabaseSettings settings, OptionFile options) {
        String authorities = settings.text("tls_CAfile", options.value("ssl-ca"));
        String folder = settings.text("tls_CApath", options.value("ssl-capath"));
        String certificate = settings.text("tls_cert_file", options.value("ssl-cert"));
        String key = settings.text("tls_key_file", options.value("ssl-key"));
        boolean verifies = settings.flag("tls_verify_cert", false);
        boolean used = verifies || !authorities.isEmpty() || !folder.isEmpty() || !certificate.isEmpty()
                || !settings.text("tls_ciphers", "").isEmpty();
        return new MysqlTls(used, verifies, authorities, folder, certificate, key);
    }

    void apply(Properties properties) {
        if (!used) {
            properties.setProperty("sslMode", "disable");
            return;
        }
        boolean known = !authorities.isEmpty() || !authoritiesFolder.isEmpty();
        properties.setProperty("sslMode", verifies ? "verify-full" : known ? "verify-ca" : "trust");
        properties.setProperty("tlsSocketType", PemTls.TYPE);
        properties.setProperty(PemTls.AUTHORITIES, authorities);
        properties.setProperty(PemTls.AUTHORITIES_FOLDER, authoritiesFolder);
        properties.setProperty(PemTls.CERTIFICATE, certificate);
        properties.setProperty(PemTls.KEY, key);
    }
}
