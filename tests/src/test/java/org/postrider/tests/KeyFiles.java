package org.postrider.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keys with certificates, made by openssl(1). */
final class KeyFiles {
    private KeyFiles() {}

    /**
     * Writes {@code name.key} and {@code name.pem}.
     *
     * @param algorithm as {@code openssl req -newkey} has it: {@code ec:...}, {@code rsa:2048}, {@code ed25519}
     * @return the certificate's file
     */
    static Path make(Path folder, String name, String host, String... algorithm)
            throws IOException, InterruptedException {
        Path certificate = folder.resolve(name + ".pem");
        List<String> line = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "30", "-subj",
                "/CN=" + host, "-addext", "subjectAltName=DNS:" + host + ",IP:127.0.0.1", "-keyout",
                folder.resolve(name + ".key").toString(), "-out", certificate.toString(), "-newkey"));
        line.addAll(List.of(algorithm));
        run(line.toArray(String[]::new));
        return certificate;
    }

    /** Writes {@code name.key} and {@code name.pem} for {@code name.example.test}, signed by an authority that {@link #make} has made. */
    static void signed(Path folder, String name, String authority) throws IOException, InterruptedException {
        String request = folder.resolve(name + ".csr").toString();
        run("req", "-new", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=" + name + ".example.test", "-keyout",
                folder.resolve(name + ".key").toString(), "-out", request);
        run("x509", "-req", "-days", "30", "-in", request, "-CA", folder.resolve(authority + ".pem").toString(),
                "-CAkey", folder.resolve(authority + ".key").toString(), "-CAcreateserial", "-out",
                folder.resolve(name + ".pem").toString());
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("openssl"));
        line.addAll(List.of(arguments));
        Instance.Outcome made = Instance.outcome(new ProcessBuilder(line), "");
        if (made.status() != 0) {
            throw new IOException(made.text());
        }
    }
}
