package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;
import org.postrider.common.wire.Network;

/**
 * What Cyrus SASL's configuration file of the SMTP server says ({@code smtpd.conf}), as far as it is about saslauthd.
 *
 * @param socket saslauthd_path
 * @param mechanisms mech_list; empty for all
 */
record CyrusSettings(Path socket, List<String> mechanisms) {
    private static final String DIRECTORIES = " /etc/postfix/sasl /var/lib/sasl2 /etc/sasl2 /usr/lib/sasl2";

    /**
     * Reads {@code $smtpd_sasl_path.conf}, from {@code $config_directory/sasl} or where else Debian's Postfix looks for it; without one,
     * saslauthd is asked where it usually is.
     *
     * @throws ConfigurationException when passwords are to be checked by something else than saslauthd
     */
    static CyrusSettings read(Parameters parameters) {
        String configured = parameters.string("cyrus_sasl_config_path");
        String name = parameters.string("smtpd_sasl_path") + ".conf";
        String usual = parameters.string("config_directory") + "/sasl" + DIRECTORIES;
        Map<String, String> settings = Stream.of((configured.isEmpty() ? usual : configured).split("[\\s:]+", -1))
                .map(directory -> Path.of(directory, name)).filter(Files::isReadable).findFirst()
                .map(CyrusSettings::lines).orElse(Map.of());
        String method = settings.getOrDefault("pwcheck_method", "saslauthd");
        if (!WordList.split(method).contains("saslauthd")) {
            throw new ConfigurationException(name + ": pwcheck_method " + method + " is not supported, only saslauthd");
        }
        return new CyrusSettings(Path.of(settings.getOrDefault("saslauthd_path", "/var/run/saslauthd/mux")),
                WordList.split(settings.getOrDefault("mech_list", "")));
    }

    private static Map<String, String> lines(Path file) {
        Map<String, String> found = new HashMap<>();
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            lines.filter(line -> !line.startsWith("#") && line.indexOf(':') > 0).forEach(line -> found
                    .put(line.substring(0, line.indexOf(':')).strip(), line.substring(line.indexOf(':') + 1).strip()));
        } catch (IOException e) {
            throw new ConfigurationException(file + ": " + e.getMessage());
        }
        return found;
    }

    Authenticator authenticator(Network network, String service, String realm) {
        return new SaslauthdAuthenticator(network, socket, mechanisms, service, realm);
    }
}
