package org.postrider.common.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MasterCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.wire.TlsContext;

/** The files with our keys, our certificates and the authorities that we trust. */
public record CredentialFiles(Settings settings, TlsFiles files) {
    /**
     * The parameters of one side: {@code smtpd_tls_cert_file}, {@code smtp_tls_CAfile} and their kin.
     *
     * @param chains files with keys, each before its certificates; they take the place of the pairs
     * @param authorities file of certificates
     * @param directory of files of certificates of authorities; empty for none
     */
    public record Settings(List<Path> chains, List<Pair> pairs, Optional<Path> authorities, String directory) {
        private static final List<Map.Entry<String, String>> NAMES = List.of(Map.entry("cert_file", "key_file"),
                Map.entry("eccert_file", "eckey_file"), Map.entry("dcert_file", "dkey_file"));

        /** Files of a certificate and its key, which may be the same. */
        public record Pair(Path certificate, Path key) {}

        /**
         * What they say.
         *
         * @param prefix {@code smtpd_tls_}, {@code smtp_tls_} or {@code lmtp_tls_}
         */
        public static Settings of(Parameters parameters, String prefix) {
            List<Pair> pairs = new ArrayList<>();
            for (Map.Entry<String, String> names : NAMES) {
                file(parameters, prefix + names.getKey()).ifPresent(certificate -> pairs
                        .add(new Pair(certificate, file(parameters, prefix + names.getValue()).orElse(certificate))));
            }
            return new Settings(parameters.list(prefix + "chain_files").stream().map(Path::of).toList(), pairs,
                    file(parameters, prefix + "CAfile"), parameters.string(prefix + "CApath"));
        }

        private static Optional<Path> file(Parameters parameters, String name) {
            String value = parameters.string(name);
            return value.isEmpty() || value.equals("none") ? Optional.empty() : Optional.of(Path.of(value));
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

    /** Our keys with their certificates; none where none are configured. */
    public List<Credential> credentials() throws TlsException {
        if (!settings.chains.isEmpty()) {
            return chains(settings.chains);
        }
        List<Credential> found = new ArrayList<>();
        for (Settings.Pair pair : settings.pairs) {
            found.add(Credential.pair(read(pair.certificate), pair.certificate.toString(), read(pair.key),
                    pair.key.toString()));
        }
        return found;
    }

    /** Keys, each before its certificates; several files are one that goes on. */
    public List<Credential> chains(List<Path> names) throws TlsException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path name : names) {
            all.writeBytes(read(name));
            all.write('\n');
        }
        return Credential.chains(all.toByteArray(),
                names.stream().map(Path::toString).collect(Collectors.joining(", ")));
    }

    /** The authorities of CAfile and CApath. */
    public List<X509Certificate> authorities() throws TlsException, IOException {
        List<X509Certificate> known = new ArrayList<>();
        if (settings.authorities.isPresent()) {
            Path file = settings.authorities.get();
            known.addAll(Credential.certificates(read(file), file.toString()));
        }
        if (!settings.directory.isEmpty() && Files.isDirectory(Path.of(settings.directory))) {
            try (Stream<Path> all = Files.list(Path.of(settings.directory))) {
                for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
                    known.addAll(Credential.certificates(Files.readAllBytes(one), one.toString()));
                }
            }
        }
        return known;
    }

    /** The content of a file, as it is or was. */
    public byte[] read(Path path) throws TlsException {
        try {
            return files.read(path);
        } catch (IOException e) {
            throw new TlsException("cannot load " + path + ": " + e.getClass().getSimpleName());
        }
    }
}
