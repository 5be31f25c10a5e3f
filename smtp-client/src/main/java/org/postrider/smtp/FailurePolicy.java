package org.postrider.smtp;

import org.postrider.common.delivery.Diagnosis;
import org.postrider.common.mail.DsnStatus;
import org.postrider.common.smtp.Reply;

/**
 * What a failure means: for good or for now, in which words and with which status code (RFC 3463), and whether it concerns the
 * destination as a whole, so that qmgr slows down. A failure for now lets the next host be tried.
 */
final class FailurePolicy {
    /** No host was reached. */
    static final String NO_RELAY = "none";
    private static final String LOOP = "5.4.6";

    /**
     * The consequence.
     *
     * @param afterAll lasting once no host of the destination has done better, or failed in a way that may pass
     * @param lasting true when the recipient is returned at once, false when another host, then another day, is tried
     * @param site true when every recipient of the destination would fail alike
     * @param loops the destination's best host is this system, as this system found itself
     */
    record Judgement(Diagnosis diagnosis, boolean lasting, boolean site, boolean afterAll, boolean loops) {
        Judgement(Diagnosis diagnosis, boolean lasting, boolean site) {
            this(diagnosis, lasting, site, false, false);
        }
    }

    private final boolean skipGreeting5xx;

    /** @param skipGreeting5xx smtp_skip_5xx_greeting: a host that refuses to talk is passed over */
    FailurePolicy(boolean skipGreeting5xx) {
        this.skipGreeting5xx = skipGreeting5xx;
    }

    Judgement judge(Trouble trouble) {
        return switch (trouble) {
            case Trouble.Unresolved(Trouble.Unresolved.Kind kind, String reason) -> unresolved(kind, reason);
            case Trouble.NotConnected(Peer peer, String words) -> site("4.4.1",
                    "connect to " + peer.relay() + ": " + words, NO_RELAY);
            case Trouble.Refused(Peer peer, Reply reply, boolean greeting) -> refused(peer, reply, greeting);
            case Trouble.OwnName(Peer peer, String destination, boolean bestHost) -> new Judgement(
                    Diagnosis.of(bestHost ? LOOP : "4.4.6", "mail for " + destination + " loops back to myself",
                            peer.relay()),
                    bestHost, true, false, bestHost);
            case Trouble.Said(Peer peer, Reply reply, String command) -> said(peer, reply, command);
            case Trouble.Lost(Peer peer, String doing) -> site("4.4.2",
                    "lost connection with " + peer.nameAndAddress() + " while " + doing, peer.relay());
            case Trouble.TimedOut(Peer peer, String doing) -> site("4.4.2",
                    "conversation with " + peer.nameAndAddress() + " timed out while " + doing, peer.relay());
            case Trouble.Garbled(Peer peer, String line, String doing) -> site("4.5.0",
                    "Protocol error: host " + peer.nameAndAddress() + " sent an invalid reply: " + Words.printable(line)
                            + " (while " + doing + ")",
                    peer.relay());
            case Trouble.TooLarge(Peer peer, long size, long limit) -> message("5.3.4", "message size " + size
                    + " exceeds size limit " + limit + " of server " + peer.nameAndAddress(), peer);
            case Trouble.NeedsUtf8(Peer peer) -> message("5.6.7",
                    "SMTPUTF8 is required, but was not offered by host " + peer.nameAndAddress(), peer);
            case Trouble.Unreadable(String reason) -> new Judgement(
                    Diagnosis.of("4.3.0", "queue file read error: " + reason, NO_RELAY), false, false);
            case Trouble.NoServerMap(Peer peer) -> new Judgement(Diagnosis.of("4.3.0",
                    "local data error while talking to " + peer.nameAndAddress(), peer.relay()), false, false);
            case Trouble.NoMap(String parameter) -> new Judgement(
                    Diagnosis.of("4.3.0", parameter + " lookup failure", NO_RELAY), false, false);
            case Trouble.NeedsTls() -> site("4.7.5", "TLS is required, but our TLS engine is unavailable", NO_RELAY);
            case Trouble.TlsNotOffered(Peer peer) -> site("4.7.4",
                    "TLS is required, but was not offered by host " + peer.nameAndAddress(), peer.relay());
            case Trouble.TlsRefused(Peer peer, Reply reply) -> new Judgement(
                    spoken("4.7.4", "TLS is required, but host "
                            + peer.nameAndAddress() + " refused to start TLS: " + Words.oneLine(reply), peer, reply),
                    false,
                    true);
            case Trouble.TlsFailed(Peer peer) -> site("4.7.5", "Cannot start TLS: handshake failure", peer.relay());
            case Trouble.Unproved(Peer peer) -> site("4.7.5", "Server certificate not verified", peer.relay());
            case Trouble.RequireTlsNotOffered(Peer peer) -> afterAll("5.7.30",
                    "REQUIRETLS is required, but was not offered by host " + peer.nameAndAddress(), peer.relay());
            case Trouble.RequireTlsUnmet(Trouble cause) -> {
                Diagnosis found = judge(cause).diagnosis();
                yield afterAll("5.7.10", found.status().text(), found.relay());
            }
            case Trouble.NoDnssec() -> site("4.7.5", "non DNSSEC destination", NO_RELAY);
            case Trouble.NotAuthenticated failed -> notAuthenticated(failed);
            case Trouble.NoMechanism(Peer peer) ->
                site("4.7.0", "SASL authentication failed; cannot authenticate to server "
                        + peer.nameAndAddress() + ": no mechanism available", peer.relay());
            case Trouble.NoPasswords() -> site("4.3.0", "SASL password lookup failure", NO_RELAY);
            case Trouble.BadTlsPolicy() -> site("4.7.5", "client TLS configuration problem", NO_RELAY);
        };
    }

    private static Judgement unresolved(Trouble.Unresolved.Kind kind, String reason) {
        return switch (kind) {
            case NO_SUCH_HOST -> lasting("5.4.4", reason);
            case NULL_MX -> lasting("5.1.0", reason);
            case LOOPS_BACK -> new Judgement(Diagnosis.of(LOOP, reason, NO_RELAY), true, false, false, true);
            case TRY_AGAIN -> site("4.4.3", reason, NO_RELAY);
            case BAD_PORT -> site("4.3.5", reason, NO_RELAY);
        };
    }

    private Judgement refused(Peer peer, Reply reply, boolean greeting) {
        boolean skipped = greeting && reply.isPermanent() && skipGreeting5xx;
        boolean lasting = !reply.isTemporary() && !skipped;
        String status = status(reply);
        String code = lasting ? status : "4" + status.substring(1);
        String text = "host " + peer.nameAndAddress() + " refused to talk to me: " + Words.oneLine(reply);
        return new Judgement(spoken(code, text, peer, reply), lasting, true);
    }

    private static Judgement notAuthenticated(Trouble.NotAuthenticated failed) {
        Peer peer = failed.peer();
        Reply reply = failed.reply();
        boolean lasting = reply.isPermanent() && !failed.soft();
        String status = status(reply);
        String text = "SASL " + (failed.cached() ? "[CACHED] " : "") + "authentication failed; server "
                + peer.nameAndAddress() + " said: " + Words.oneLine(reply);
        return new Judgement(spoken(lasting ? status : "4" + status.substring(1), text, peer, reply), lasting, true);
    }

    private static Judgement said(Peer peer, Reply reply, String command) {
        String protocolError = reply.isSuccess() ? "Protocol error: " : "";
        String text = protocolError + "host " + peer.nameAndAddress() + " said: " + Words.oneLine(reply)
                + " (in reply to " + command + ")";
        return new Judgement(spoken(status(reply), text, peer, reply), !reply.isTemporary(), false);
    }

    private static Diagnosis spoken(String code, String text, Peer peer, Reply reply) {
        return new Diagnosis(new DsnStatus(code, text), peer.relay(), peer.host(), "smtp", Words.oneLine(reply));
    }

    private static Judgement site(String code, String text, String relay) {
        return new Judgement(Diagnosis.of(code, text, relay), false, true);
    }

    private static Judgement afterAll(String code, String text, String relay) {
        return new Judgement(Diagnosis.of(code, text, relay), false, false, true, false);
    }

    private static Judgement message(String code, String text, Peer peer) {
        return new Judgement(Diagnosis.of(code, text, peer.relay()), true, false);
    }

    private static Judgement lasting(String code, String text) {
        return new Judgement(Diagnosis.of(code, text, NO_RELAY), true, false);
    }

    /** The server's enhanced code if it fits the reply; a failed reply that refuses nothing is a protocol error. */
    private static String status(Reply reply) {
        if (!reply.isFailure()) {
            return "5.5.0";
        }
        char kind = reply.isPermanent() ? '5' : '4';
        String status = reply.status();
        return !status.isEmpty() && status.charAt(0) == kind ? status : kind + ".0.0";
    }

    /** The status of a recipient that the server took. */
    static String acceptedStatus(Reply reply) {
        return reply.status().startsWith("2") ? reply.status() : "2.0.0";
    }
}
