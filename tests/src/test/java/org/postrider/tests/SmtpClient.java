package org.postrider.tests;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An SMTP client for tests: what is sent is what is written here, and the reply is the last line of it. */
final class SmtpClient implements Closeable {
    private Socket socket;
    private BufferedReader in;
    private OutputStream out;

    SmtpClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private SmtpClient(Socket connected) throws IOException {
        use(connected);
    }

    private void use(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        out = socket.getOutputStream();
    }

    Socket socket() {
        return socket;
    }

    /** TLS from here on, with the server that has this certificate. */
    void encrypt(Path certificate) throws IOException {
        encrypt(certificate, Optional.empty());
    }

    /** The same, and we show a certificate, too, {@code own.pem} with an RSA key in {@code own.key} beside it. */
    void encrypt(Path certificate, Optional<Path> own) throws IOException {
        try {
            KeyStore known = emptyStore();
            known.setCertificateEntry("server", certificate(certificate));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(known);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.isEmpty() ? new KeyManager[0] : keys(own.get()), trust.getTrustManagers(), null);
            SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost",
                    socket.getPort(), true);
            encrypted.startHandshake();
            use(encrypted);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    static X509Certificate certificate(Path pem) throws IOException, GeneralSecurityException {
        try (InputStream file = Files.newInputStream(pem)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
        }
    }

    private static KeyManager[] keys(Path own) throws IOException, GeneralSecurityException {
        String key = Files.readString(Path.of(own.toString().replaceFirst("pem$", "key"))).replaceAll("-----.*-----",
                "");
        KeyStore store = emptyStore();
        store.setKeyEntry("own",
                KeyFactory.getInstance("RSA")
                        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key))),
                new char[0], new Certificate[]{certificate(own)});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        return keys.getKeyManagers();
    }

    /** The last line of the next reply. */
    String reply() throws IOException {
        while (true) {
            String line = in.readLine();
            if (line == null) {
                throw new java.io.EOFException("connection closed");
            }
            if (line.length() < 4 || line.charAt(3) != '-') {
                return line;
            }
        }
    }

    void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    String command(String line) throws IOException {
        send(line + "\r\n");
        return reply();
    }

    /** A whole transaction after the greeting; the reply to the end of data. */
    String deliver(String sender, String recipient, String content) throws IOException {
        expect("250", command("MAIL FROM:<" + sender + ">"));
        expect("250", command("RCPT TO:<" + recipient + ">"));
        expect("354", command("DATA"));
        return command(content.replace("\n", "\r\n") + "\r\n.");
    }

    /** Greeting, EHLO, one message, QUIT; the reply to the end of data. */
    static String deliver(int port, String sender, String recipient, String content) throws IOException {
        try (SmtpClient client = new SmtpClient(port)) {
            expect("220", client.reply());
            expect("250", client.command("EHLO client.example.test"));
            String reply = client.deliver(sender, recipient, content);
            expect("221", client.command("QUIT"));
            return reply;
        }
    }

    /** Greeting, then these commands, each if the reply before it led on; the last reply. */
    static String converse(int port, String... commands) throws IOException {
        try (SmtpClient client = new SmtpClient(port)) {
            String reply = client.reply();
            for (String command : commands) {
                if (reply.charAt(0) > '3') {
                    return reply;
                }
                reply = client.command(command);
            }
            return reply;
        }
    }

    static void expect(String code, String reply) throws IOException {
        if (!reply.startsWith(code)) {
            throw new IOException("expected " + code + ", got: " + reply);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
