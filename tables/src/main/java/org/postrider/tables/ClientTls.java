package org.postrider.tables;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.postrider.common.tls.Credential;
import org.postrider.common.tls.TlsException;

/**
 * What a table's settings say about TLS: files in PEM.
 *
 * @param authorities the file with the authorities that are trusted; empty for none
 * @param authoritiesFolder a folder with such files, each is read; empty for none
 * @param certificate the client's certificate chain; empty for none
 * @param key its key; empty when it stands in the same file
 */
public record ClientTls(String authorities, String authoritiesFolder, String certificate, String key) {
    private static final char[] NO_PASSWORD = new char[0];

    /** Accepts every certificate: the connection is encrypted, and that is all. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            // Not a server.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            // Whoever it is.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // Not a server.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // Whoever it is.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // Not a server.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // Whoever it is.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /**
     * What connections are made with.
     *
     * @param verify whether the server's chain must lead to an authority: one of these, or of the system's where there are none
     */
    public SSLContext context(boolean verify) throws DatabaseException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), verify ? trustManagers() : anybody(), null);
            return context;
        } catch (GeneralSecurityException | TlsException | IOException e) {
            throw new DatabaseException("TLS: " + e.getMessage());
        }
    }

    /** Managers that accept every server. */
    public static TrustManager[] anybody() {
        return new TrustManager[]{new Anybody()};
    }

    /** The managers that check a server's chain. */
    public TrustManager[] trustManagers() throws GeneralSecurityException, TlsException, IOException {
        List<X509Certificate> trusted = new ArrayList<>();
        if (!authorities.isEmpty()) {
            trusted.addAll(Credential.certificates(Files.readAllBytes(Path.of(authorities)), authorities));
        } else if (!authoritiesFolder.isEmpty()) {
            try (Stream<Path> files = Files.list(Path.of(authoritiesFolder))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    trusted.addAll(Credential.certificates(Files.readAllBytes(file), file.toString()));
                }
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (trusted.isEmpty()) {
            factory.init((KeyStore) null);
        } else {
            KeyStore store = empty();
            for (int i = 0; i < trusted.size(); i++) {
                store.setCertificateEntry("ca" + i, trusted.get(i));
            }
            factory.init(store);
        }
        return factory.getTrustManagers();
    }

    /** The managers that show the client's certificate, if it has one. */
    public KeyManager[] keyManagers() throws GeneralSecurityException, TlsException, IOException {
        if (certificate.isEmpty()) {
            return new KeyManager[0];
        }
        String keyFile = key.isEmpty() ? certificate : key;
        Credential own = Credential.pair(Files.readAllBytes(Path.of(certificate)), certificate,
                Files.readAllBytes(Path.of(keyFile)), keyFile);
        KeyStore store = empty();
        store.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
