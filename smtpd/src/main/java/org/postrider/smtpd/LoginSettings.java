package org.postrider.smtpd;

import java.util.List;
import java.util.Optional;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/** Who says which logins are good (smtpd_sasl_type), with what he needs; read once for a service. */
sealed interface LoginSettings {
    /** Nobody: smtpd_sasl_auth_enable is off. */
    record Nobody() implements LoginSettings {}

    /**
     * Dovecot's auth service.
     *
     * @param path smtpd_sasl_path
     * @param service the name it is told
     */
    record Dovecot(String path, String service) implements LoginSettings {}

    /**
     * saslauthd of Cyrus.
     *
     * @param cyrus where it is
     * @param service the name it is told
     * @param realm smtpd_sasl_local_domain
     */
    record Saslauthd(CyrusSettings cyrus, String service, String realm) implements LoginSettings {}

    /**
     * Lookup tables, and whoever makes tokens.
     *
     * @param passwords smtpd_sasl_password_maps
     * @param mechanisms smtpd_sasl_mechanisms
     * @param realm smtpd_sasl_local_domain
     * @param oauth about tokens; empty when no mechanism has them
     */
    record Users(List<String> passwords, List<String> mechanisms, String realm, Optional<OauthSettings> oauth)
            implements
                LoginSettings {}

    /**
     * Reads them.
     *
     * @throws ConfigurationException for a type that is not there, and for what its settings lack
     */
    static LoginSettings of(Parameters parameters) {
        if (!parameters.bool("smtpd_sasl_auth_enable")) {
            return new Nobody();
        }
        String type = parameters.string("smtpd_sasl_type");
        String service = parameters.string("smtpd_sasl_service");
        String realm = parameters.string("smtpd_sasl_local_domain");
        return switch (type) {
            case "dovecot" -> new Dovecot(parameters.string("smtpd_sasl_path"), service);
            case "cyrus" -> new Saslauthd(CyrusSettings.read(parameters), service, realm);
            case "tables" -> users(parameters, realm);
            default -> throw new ConfigurationException("unsupported SASL server implementation: " + type);
        };
    }

    private static Users users(Parameters parameters, String realm) {
        List<String> mechanisms = parameters.list("smtpd_sasl_mechanisms");
        return new Users(parameters.list("smtpd_sasl_password_maps"), mechanisms, realm,
                TableAuthenticator.takesTokens(mechanisms)
                        ? Optional.of(OauthSettings.of(parameters))
                        : Optional.empty());
    }
}
