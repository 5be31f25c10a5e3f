package org.postrider.common.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MasterCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.posix.FileWords;
import org.postrider.common.wire.TlsContext;

/** The files with our keys, our certificates and the authorities that we trust. */
public record CredentialFiles(Settings settings, TlsFiles files) {
    private static final String DISABLED = ": disabling TLS support";
    private static final String PROBLEM = "TLS library problem: ";

    /**
     * The parameters of one side: {@code smtpd_tls_cert_file}, {@code smtp_tls_CAfile} and their kin.
     *
     * @param chains files with keys, each before its certificates; they take the place of the pairs
     * @param authorities file of certificates
     * @param directory of files of certificates of authorities; empty for none
     */
    public record Settings(List<Path> chains, List<Pair> pairs, Optional<Path> authorities, String directory) {
        private static final List<Pair> NAMES = List.of(pair("RSA", "cert_file", "key_file"),
                pair("ECDSA", "eccert_file", "eckey_file"), pair("DSA", "dcert_file", "dkey_file"));

        /**
         * Files of a certificate and its key, which may be the same.
         *
         * @param kind of key that the parameters are meant for, as the log calls it
         */
        public record Pair(String kind, Path certificate, Path key) {}

        private static Pair pair(String kind, String certificate, String key) {
            return new Pair(kind, Path.of(certificate), Path.of(key));
        }

        /**
         * What they say.
         *
         * @param prefix {@code smtpd_tls_}, {@code smtp_tls_} or {@code lmtp_tls_}
         */
        public static Settings of(Parameters parameters, String prefix) {
            List<Pair> pairs = new ArrayList<>();
            for (Pair names : NAMES) {
                file(parameters, prefix + names.certificate).ifPresent(certificate -> pairs.add(new Pair(names.kind,
                        certificate, file(parameters, prefix + names.key).orElse(certificate))));
            }
            return new Settings(parameters.list(prefix + "chain_files").stream().map(Path::of).toList(), pairs,
                    file(parameters, prefix + "CAfile"), parameters.string(prefix + "CApath"));
        }

        private static Optional<Path> file(Parameters parameters, String name) {
            String value = parameters.string(name);
            return value.isEmpty() || value.equals("none") ? Optional.empty() : Optional.of(Path.of(value));
        }

        /** The parameters that name authorities, as the log has them. */
        public String authorityNames() {
            return Stream.of(authorities.map(file -> "CAfile=\"" + file + '"').stream(),
                    Stream.of(directory).filter(path -> !path.isEmpty()).map(path -> "CApath=\"" + path + '"'))
                    .flatMap(all -> all).collect(Collectors.joining(", "));
        }

        /** Every file that matters. */
        public List<Path> paths() {
            return Stream.of(pairs.stream().flatMap(pair -> Stream.of(pair.certificate, pair.key)),
                    authorities.stream(), chains.stream()).flatMap(all -> all).filter(Path::isAbsolute).distinct()
                    .toList();
        }
    }

    /**
     * Reads the files of every service of these programs in master.cf, as only root may, and keeps them. The library is loaded
     * too, as it is not found inside a new root directory.
     *
     * @param prefixes of the parameters that name files
     */
    public static void keepAll(TlsFiles files, Parameters parameters, Set<String> programs, List<String> prefixes) {
        List<Parameters> services = new ArrayList<>(List.of(parameters));
        try {
            Path masterCf = Path.of(parameters.string("config_directory"), "master.cf");
            for (ServiceEntry entry : MasterCf.read(masterCf, parameters).entries()) {
                if (programs.contains(entry.program())) {
                    services.add(parameters.with(entry.overrides()));
                }
            }
        } catch (ConfigurationException _) {
            // Master has read the file, and complained; a service whose key is missing says so when it needs it.
        }
        boolean wanted = false;
        for (Parameters service : services) {
            for (String prefix : prefixes) {
                Settings.of(service, prefix).paths().forEach(files::keep);
                wanted |= !Set.of("", "none").contains(service.string(prefix + "security_level"))
                        || !service.string(prefix + "policy_maps").isEmpty();
            }
        }
        if (wanted) {
            boolean _ = TlsContext.isNative();
        }
    }

    /** Every file that matters. */
    public List<Path> paths() {
        return settings.paths();
    }

    /**
     * Our keys with their certificates; none where none are configured.
     *
     * @throws TlsException when one can't be used
     */
    public List<Credential> credentials() throws TlsException {
        if (!settings.chains.isEmpty()) {
            return chains(settings.chains);
        }
        List<Credential> found = new ArrayList<>();
        for (Settings.Pair pair : settings.pairs) {
            found.add(pair.certificate.equals(pair.key) ? together(pair.key) : pair(pair));
        }
        return found;
    }

    private Credential pair(Settings.Pair pair) throws TlsException {
        List<X509Certificate> chain;
        PrivateKey key;
        try {
            chain = Credential.certificates(read(pair.certificate), pair.certificate.toString());
            if (chain.isEmpty()) {
                throw new TlsException(pair.certificate + ": no certificate");
            }
        } catch (TlsException e) {
            throw new TlsException("cannot get " + pair.kind + " certificate from file \"" + pair.certificate + '"'
                    + DISABLED, PROBLEM + e.getMessage());
        }
        String noKey = "cannot get " + pair.kind + " private key from file \"" + pair.key + '"' + DISABLED;
        try {
            key = Credential.key(read(pair.key), pair.key.toString());
        } catch (TlsException e) {
            throw new TlsException(noKey, PROBLEM + e.getMessage());
        }
        Credential credential = new Credential(key, chain);
        if (credential.isPair()) {
            return credential;
        }
        throw chain.getFirst().getPublicKey().getAlgorithm().equals(key.getAlgorithm())
                ? new TlsException(noKey, PROBLEM + "key values mismatch")
                : new TlsException(pair.kind + " private key in " + pair.key + " does not match public key in "
                        + pair.certificate + DISABLED);
    }

    /** A file with a key and its certificates, in any order. */
    private Credential together(Path file) throws TlsException {
        byte[] text = chainFile(file);
        try {
            return Credential.pair(text, file.toString(), text, file.toString());
        } catch (TlsException e) {
            throw new TlsException(text.length == 0 || Pem.read(text, file.toString()).isEmpty()
                    ? "No PEM data in " + file
                    : String.valueOf(e.getMessage()),
                    "error loading private keys and certificates from: " + file + DISABLED);
        }
    }

    /** Keys, each before its certificates; several files are one that goes on. */
    private List<Credential> chains(List<Path> names) throws TlsException {
        ChainReader reader = new ChainReader(names.stream().map(Path::toString).collect(Collectors.joining(" ")),
                "disabling TLS support");
        for (Path name : names) {
            reader.add(chainFile(name), name.toString());
        }
        return reader.credentials();
    }

    /**
     * Keys, each before its certificates; several files are one that goes on.
     *
     * @param all what the log calls their content
     * @param consequence of an error, for the log
     * @throws TlsException when there is nothing, or something that can't be used
     */
    public List<Credential> chains(List<Path> names, String all, String consequence) throws TlsException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (Path name : names) {
            text.writeBytes(chainFile(name));
            text.write('\n');
        }
        return Credential.chains(text.toByteArray(), all, consequence);
    }

    private byte[] chainFile(Path file) throws TlsException {
        try {
            return files.read(file);
        } catch (IOException e) {
            throw new TlsException("error opening chain file: " + file + ": " + FileWords.of(e));
        }
    }

    /**
     * The authorities of CAfile and CApath.
     *
     * @throws TlsException when a file can't be read or has none; a directory that is missing has none
     */
    public List<X509Certificate> authorities() throws TlsException {
        List<X509Certificate> known = new ArrayList<>();
        if (settings.authorities.isPresent()) {
            Path file = settings.authorities.get();
            known.addAll(Credential.certificates(read(file), file.toString()));
            if (known.isEmpty()) {
                throw new TlsException(file + ": no certificate");
            }
        }
        if (!settings.directory.isEmpty() && Files.isDirectory(Path.of(settings.directory))) {
            try (Stream<Path> all = Files.list(Path.of(settings.directory))) {
                for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
                    known.addAll(Credential.certificates(read(one), one.toString()));
                }
            } catch (IOException e) {
                throw new TlsException(FileWords.at(e));
            }
        }
        return known;
    }

    /** The content of a file, as it is or was. */
    public byte[] read(Path path) throws TlsException {
        try {
            return files.read(path);
        } catch (IOException e) {
            throw new TlsException(path + ": " + FileWords.of(e));
        }
    }
}
