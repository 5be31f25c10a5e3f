package org.postrider.smtpd;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds out who a client is, by the mechanisms of RFC 4422. Safe for many threads. */
interface Authenticator {
    /** What a mechanism is worth (smtpd_sasl_security_options). */
    enum Property {
        PLAINTEXT, ACTIVE, DICTIONARY, ANONYMOUS, FORWARD_SECRECY, MUTUAL_AUTH
    }

    /** What is wrong with a mechanism that gives the password away. */
    Set<Property> PASSWORDS = Set.of(Property.PLAINTEXT, Property.ACTIVE, Property.DICTIONARY);

    /** A mechanism that is offered; its name in upper case. */
    record Mechanism(String name, Set<Property> properties) {}

    /** What one step comes to. */
    sealed interface Step {
        /** The client must answer this, Base64 as it goes over the wire. */
        record Challenge(String text) implements Step {}

        record Success(String user) implements Step {}

        /**
         * Not who it says it is.
         *
         * @param reason for the client; empty for none
         * @param user who it said it was; empty when unknown
         */
        record Failure(String reason, String user) implements Step {}

        /** The service could not find out. */
        record TryLater(String reason) implements Step {}
    }

    /** One exchange with a client. */
    interface Exchange extends AutoCloseable {
        /** The client has said this, Base64 as it came. */
        Step answer(String response) throws IOException;

        @Override
        void close();
    }

    /**
     * What begins an exchange.
     *
     * @param mechanism upper case, one of those that are offered
     * @param initial the client's initial response in Base64; empty when it gave one of no bytes
     * @param hasInitial false when it gave none
     * @param endPoint binds the exchange to the TLS session ({@code tls-server-end-point}, RFC 5929 section 4), one char a byte; empty where no
     *     mechanism that uses it is offered
     */
    record Start(String mechanism, String initial, boolean hasInitial, Client client, boolean encrypted,
            Optional<String> endPoint) {}

    /** An exchange that has begun, and its first step. */
    record Begun(Exchange exchange, Step step) {}

    /**
     * The mechanisms of the service.
     *
     * @throws IOException when the service does not answer
     */
    List<Mechanism> mechanisms() throws IOException;

    Begun begin(Start start) throws IOException;
}
