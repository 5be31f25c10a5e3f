package org.postrider.common.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys that are each followed by their certificates, from one file or several that go on in each other (smtpd_tls_chain_files), or
 * from the value of a table (tls_server_sni_maps). One of each kind of key.
 */
final class ChainReader {
    private final String all;
    private final String consequence;
    private final List<Credential> found = new ArrayList<>();
    private final Set<String> kinds = new HashSet<>();
    private @Nullable PrivateKey key;
    private String where = "";
    private List<X509Certificate> chain = new ArrayList<>();

    /**
     * @param all what is read, for the log
     * @param consequence of an error, for the log
     */
    ChainReader(String all, String consequence) {
        this.all = all;
        this.consequence = consequence;
    }

    /**
     * Goes on with the content of a file.
     *
     * @param name of the file
     * @throws TlsException when there is nothing in it, or not what is wanted
     */
    void add(byte[] text, String name) throws TlsException {
        List<Pem.Block> blocks = Pem.read(text, name);
        if (blocks.isEmpty()) {
            throw failure("No PEM data in " + name);
        }
        for (int i = 0; i < blocks.size(); i++) {
            Pem.Block block = blocks.get(i);
            if (block.isKey()) {
                begin(block, name, i + 1);
            } else if (block.isCertificate()) {
                certificate(block, name, i + 1);
            }
        }
    }

    private void begin(Pem.Block block, String name, int index) throws TlsException {
        if (key != null && chain.isEmpty()) {
            throw failure("error loading certificate chain: key at " + where + " not followed by a certificate");
        }
        end();
        where = "index " + index + " in " + name;
        try {
            key = PrivateKeys.read(block, name);
        } catch (TlsException e) {
            throw failure("error loading private key (PEM object number " + index + ") from " + name, problem(e));
        }
    }

    private void certificate(Pem.Block block, String name, int index) throws TlsException {
        if (key == null) {
            throw failure("error loading chain from " + name + ": key not first");
        }
        try {
            chain.add(Credential.certificate(block, name));
        } catch (TlsException e) {
            throw failure("error loading certificate (PEM object number " + index + ") from " + name, problem(e));
        }
    }

    /** A key has all its certificates. */
    private void end() throws TlsException {
        if (key == null) {
            return;
        }
        if (chain.isEmpty()) {
            throw failure("No certs for key at " + where);
        }
        Credential credential = new Credential(key, chain);
        if (!credential.isPair()) {
            throw failure("key at " + where + " does not match next certificate",
                    "TLS library problem: private key mismatch");
        }
        if (!kinds.add(credential.keyType())) {
            throw failure("key at " + where + " does not match next certificate",
                    "TLS library problem: not replacing certificate");
        }
        found.add(credential);
        chain = new ArrayList<>();
    }

    /**
     * What was read, when all is read.
     *
     * @throws TlsException when the last key has no certificate, or one that is not its own, or there is no key
     */
    List<Credential> credentials() throws TlsException {
        end();
        if (found.isEmpty()) {
            throw failure("No PEM data in " + all);
        }
        return List.copyOf(found);
    }

    private static String problem(TlsException cause) {
        return "TLS library problem: " + cause.getMessage();
    }

    private TlsException failure(String message, String... more) {
        String[] lines = List.of(more).toArray(new String[more.length + 1]);
        lines[more.length] = "error loading private keys and certificates from: " + all + ": " + consequence;
        return new TlsException(message, lines);
    }
}
