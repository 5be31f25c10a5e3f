package org.postrider.common.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MasterCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.wire.TlsContext;

/**
 * The files with our keys, our certificates and the authorities that we trust, by the parameters of one side: {@code
 * smtpd_tls_cert_file}, {@code smtp_tls_CAfile} and their kin.
 *
 * @param prefix {@code smtpd_tls_}, {@code smtp_tls_} or {@code lmtp_tls_}
 */
public record CredentialFiles(String prefix, Parameters parameters, TlsFiles files) {
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
                new CredentialFiles(prefix, service, files).paths().forEach(files::keep);
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
        return Stream.concat(
                Stream.of("cert_file", "key_file", "eccert_file", "eckey_file", "dcert_file", "dkey_file", "CAfile")
                        .map(name -> parameters.string(prefix + name)),
                parameters.list(prefix + "chain_files").stream()).filter(name -> name.startsWith("/")).map(Path::of)
                .distinct().toList();
    }

    /** Our keys with their certificates; none where none are configured. */
    public List<Credential> credentials() throws TlsException {
        List<String> chains = parameters.list(prefix + "chain_files");
        if (!chains.isEmpty()) {
            return chains(chains);
        }
        List<Credential> found = new ArrayList<>();
        for (String kind : List.of("", "ec", "d")) {
            Optional<Path> certificate = file(kind + "cert_file");
            if (certificate.isPresent()) {
                Path key = file(kind + "key_file").orElse(certificate.get());
                found.add(
                        Credential.pair(read(certificate.get()), certificate.get().toString(), read(key),
                                key.toString()));
            }
        }
        return found;
    }

    /** Keys, each before its certificates; several files are one that goes on. */
    public List<Credential> chains(List<String> names) throws TlsException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : names) {
            all.writeBytes(read(Path.of(name)));
            all.write('\n');
        }
        return Credential.chains(all.toByteArray(), String.join(", ", names));
    }

    /** The authorities of CAfile and CApath. */
    public List<X509Certificate> authorities() throws TlsException, IOException {
        List<X509Certificate> known = new ArrayList<>();
        Optional<Path> file = file("CAfile");
        if (file.isPresent()) {
            known.addAll(Credential.certificates(read(file.get()), file.get().toString()));
        }
        String directory = parameters.string(prefix + "CApath");
        if (!directory.isEmpty() && Files.isDirectory(Path.of(directory))) {
            try (Stream<Path> all = Files.list(Path.of(directory))) {
                for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
                    known.addAll(Credential.certificates(Files.readAllBytes(one), one.toString()));
                }
            }
        }
        return known;
    }

    private Optional<Path> file(String name) {
        String value = parameters.string(prefix + name);
        return value.isEmpty() || value.equals("none") ? Optional.empty() : Optional.of(Path.of(value));
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
