package org.postrider.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** An SMTP server that speaks TLS by the JDK, takes every message, and keeps what clients say. */
final class TlsHost implements AutoCloseable {
    static final Path KEYS = Path.of("src/test/resources/tls").toAbsolutePath();

    private final ServerSocket listener;
    private final SSLContext context;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private volatile boolean offers = true;
    private volatile boolean requireTls;
    private volatile boolean hurries;
    private volatile boolean wrapper;
    private volatile boolean breaks;
    private volatile String startReply = "220 go ahead";
    private volatile String mechanisms = "";
    private volatile String authReply = "235 2.7.0 welcome";

    /** @param certificate {@code peer} or {@code self} */
    TlsHost(String certificate) throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        context = context(certificate);
        Thread.ofVirtual().start(this::serve);
    }

    TlsHost offers(boolean now) {
        offers = now;
        return this;
    }

    /** Offers REQUIRETLS under TLS. */
    TlsHost requireTls() {
        requireTls = true;
        return this;
    }

    /** Answers twice to EHLO under TLS, as to somebody who spoke before. */
    TlsHost hurries() {
        hurries = true;
        return this;
    }

    TlsHost wrapper() {
        wrapper = true;
        return this;
    }

    /** Hangs up in the middle of the handshake. */
    TlsHost breaks() {
        breaks = true;
        return this;
    }

    TlsHost startReply(String reply) {
        startReply = reply;
        return this;
    }

    TlsHost auth(String words, String reply) {
        mechanisms = words;
        authReply = reply;
        return this;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Command lines, {@code tls:} before those that were encrypted. */
    List<String> said() {
        return said;
    }

    /** What clients called this server, and what they have shown. */
    List<String> names() {
        return names;
    }

    private void serve() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        converse(socket);
                    } catch (IOException _) {
                        // The client went away.
                    }
                });
            } catch (IOException _) {
                return;
            }
        }
    }

    private Socket encrypted(Socket plain) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setWantClientAuth(true);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        names.add(tls.getSession() instanceof javax.net.ssl.ExtendedSSLSession session
                ? String.valueOf(session.getRequestedServerNames())
                : "");
        return tls;
    }

    private void converse(Socket connected) throws IOException {
        Socket socket = wrapper ? encrypted(connected) : connected;
        BufferedReader in = reader(socket);
        say(socket, "220 peer.test ESMTP");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            boolean isTls = socket instanceof SSLSocket;
            said.add((isTls ? "tls:" : "") + line);
            switch (line.split(" ", 2)[0]) {
                case "EHLO" -> say(socket, "250-peer.test", offers && !isTls ? "250-STARTTLS" : "250-DSN",
                        mechanisms.isEmpty() ? "250-8BITMIME" : "250-AUTH " + mechanisms,
                        (requireTls && isTls ? "250 REQUIRETLS" : "250 SIZE")
                                + (hurries && isTls ? "\r\n250 2.1.0 ok" : ""));
                case "STARTTLS" -> {
                    say(socket, startReply);
                    if (breaks) {
                        return;
                    }
                    if (startReply.startsWith("220")) {
                        socket = encrypted(socket);
                        in = reader(socket);
                    }
                }
                case "AUTH" -> {
                    if (line.equals("AUTH LOGIN")) {
                        say(socket, "334 VXNlcm5hbWU6");
                        said.add(in.readLine());
                        say(socket, "334 UGFzc3dvcmQ6");
                        said.add(in.readLine());
                    } else if (line.equals("AUTH CRAM-MD5")) {
                        // The challenge of RFC 2195 section 2.
                        say(socket, "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+");
                        said.add(in.readLine());
                    }
                    say(socket, authReply);
                }
                case "DATA" -> {
                    say(socket, "354 go");
                    while (!".".equals(in.readLine())) {
                        // Nobody looks at it.
                    }
                    say(socket, "250 2.0.0 taken");
                }
                case "QUIT" -> {
                    say(socket, "221 bye");
                    return;
                }
                default -> say(socket, "250 2.1.0 ok");
            }
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private static void say(Socket socket, String... lines) throws IOException {
        socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private SSLContext context(String name) throws IOException {
        try {
            Certificate own = CertificateFactory.getInstance("X.509")
                    .generateCertificate(Files.newInputStream(KEYS.resolve(name + "-cert.pem")));
            String pem = Files.readString(KEYS.resolve(name + "-key.pem")).replaceAll("-----.*-----", "");
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem))), new char[0],
                    new Certificate[]{own});
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, new char[0]);
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(keys.getKeyManagers(), new TrustManager[]{new Notes()}, new SecureRandom());
            return made;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Keeps the names of clients. */
    private final class Notes implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            names.add(chain[0].getSubjectX500Principal().getName());
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // A server does not ask that.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
