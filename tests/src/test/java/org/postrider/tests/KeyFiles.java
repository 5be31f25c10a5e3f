package org.postrider.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keys with certificates that sign themselves, made by openssl(1). */
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
        List<String> line = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "30", "-subj",
                "/CN=" + host, "-addext", "subjectAltName=DNS:" + host + ",IP:127.0.0.1", "-keyout",
                folder.resolve(name + ".key").toString(), "-out", certificate.toString(), "-newkey"));
        line.addAll(List.of(algorithm));
        Instance.Outcome made = Instance.outcome(new ProcessBuilder(line), "");
        if (made.status() != 0) {
            throw new IOException(made.text());
        }
        return certificate;
    }
}
