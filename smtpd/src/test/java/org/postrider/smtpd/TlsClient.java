package org.postrider.smtpd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client over a real socket that may speak TLS, the JDK's. */
final class TlsClient implements AutoCloseable {
    private Socket socket;
    private BufferedReader in;
    private OutputStream out;

    TlsClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    TlsClient(Socket socket) throws IOException {
        use(socket);
    }

    private void use(Socket now) throws IOException {
        socket = now;
        socket.setSoTimeout(60_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        out = socket.getOutputStream();
    }

    SSLSocket encrypt(SSLContext context, String name, String... protocols) throws IOException {
        return encrypt(context, name, parameters -> {
            if (protocols.length > 0) {
                parameters.setProtocols(protocols);
            }
        });
    }

    /** @param wish what the client wants of the handshake */
    SSLSocket encrypt(SSLContext context, String name, Consumer<SSLParameters> wish) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, name, socket.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        wish.accept(parameters);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        use(tls);
        return tls;
    }

    String reply() throws IOException {
        StringBuilder all = new StringBuilder();
        String line;
        do {
            line = in.readLine();
            all.append(line).append('\n');
        } while (line != null && line.length() > 3 && line.charAt(3) == '-');
        return all.toString();
    }

    void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    String say(String text) throws IOException {
        send(text + "\r\n");
        return reply();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A configuration that trusts every server; sessions are taken up again within it. */
    static SSLContext context(boolean withCertificate) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            if (withCertificate) {
                Certificate certificate = CertificateFactory.getInstance("X.509")
                        .generateCertificate(Files.newInputStream(StartTlsTest.KEYS.resolve("client-cert.pem")));
                String pem = Files.readString(StartTlsTest.KEYS.resolve("client-key.pem")).replaceAll("-----.*-----",
                        "");
                PrivateKey key = KeyFactory.getInstance("RSA")
                        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
                store.setKeyEntry("client", key, new char[0], new Certificate[]{certificate});
            }
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[]{new TrustsAll()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // A test looks for itself.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // A test looks for itself.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
