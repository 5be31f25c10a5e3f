package org.postrider.smtp;

import org.postrider.common.smtp.Reply;

/** What went wrong, as a fact. What follows from it is the business of {@link FailurePolicy}. */
sealed interface Trouble {
    /** The hosts of the destination can't be found. */
    record Unresolved(Kind kind, String reason) implements Trouble {
        /** In which way. */
        enum Kind {
            NO_SUCH_HOST, NULL_MX, TRY_AGAIN, LOOPS_BACK, BAD_PORT
        }
    }

    /** No connection; the words are the system's. */
    record NotConnected(Peer peer, String words) implements Trouble {}

    /** The session could not begin; the greeting itself refused, or the answer to HELO did. */
    record Refused(Peer peer, Reply reply, boolean greeting) implements Trouble {}

    /** The server is ourselves, by the name it shows. */
    record OwnName(Peer peer, String destination, boolean bestHost) implements Trouble {}

    /** A command was refused; the command as it is written in logs, {@code RCPT TO command}. */
    record Said(Peer peer, Reply reply, String command) implements Trouble {}

    /** The connection ended; what we did is said in the words of the log. */
    record Lost(Peer peer, String doing) implements Trouble {}

    /** The server did not answer, or did not take what we sent, in time. */
    record TimedOut(Peer peer, String doing) implements Trouble {}

    /** The server speaks no SMTP. */
    record Garbled(Peer peer, String line, String doing) implements Trouble {}

    /** Larger than the server says it takes. */
    record TooLarge(Peer peer, long size, long limit) implements Trouble {}

    /** The message needs SMTPUTF8 and the server doesn't have it. */
    record NeedsUtf8(Peer peer) implements Trouble {}

    /** A table can't be asked; the parameter that names it. */
    record NoMap(String parameter) implements Trouble {}

    /** A table about the server can't be asked. */
    record NoServerMap(Peer peer) implements Trouble {}

    /** The queue file can't be read to its end. */
    record Unreadable(String reason) implements Trouble {}

    /** Policy asks for encryption. */
    record NeedsTls() implements Trouble {}

    /** Policy asks for encryption, and the server does not offer it. */
    record TlsNotOffered(Peer peer) implements Trouble {}

    /** Policy asks for encryption, and the server would not begin with it. */
    record TlsRefused(Peer peer, Reply reply) implements Trouble {}

    /** The handshake failed. */
    record TlsFailed(Peer peer) implements Trouble {}

    /** The server has not proved that it is the one that policy asks for. */
    record Unproved(Peer peer) implements Trouble {}

    /** The message wants REQUIRETLS (RFC 8689), and the server does not offer it. */
    record RequireTlsNotOffered(Peer peer) implements Trouble {}

    /** The message wants REQUIRETLS, and the session was not protected well enough. */
    record RequireTlsUnmet(Trouble cause) implements Trouble {}

    /** Policy asks for DANE, and nobody validates DNS answers for us. */
    record NoDnssec() implements Trouble {}

    /**
     * The server does not believe who we are; softly when that is to be tried again whatever it says.
     *
     * @param cached it said so to an earlier session, and was not asked again
     */
    record NotAuthenticated(Peer peer, Reply reply, boolean soft, boolean cached) implements Trouble {}

    /** There is no way to say who we are that both sides have and policy allows. */
    record NoMechanism(Peer peer) implements Trouble {}

    /** It can't be told who we are for the server. */
    record NoPasswords() implements Trouble {}

    /** It can't be told whether policy asks for encryption. */
    record BadTlsPolicy() implements Trouble {}
}
