package org.postrider.smtpd;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.dns.AddressFamilies;
import org.postrider.common.dns.ClientName;
import org.postrider.common.dns.DomainName;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;

/** XCLIENT (XCLIENT_README): a client that is trusted says whom it speaks for; the session begins anew as that client's. */
final class XclientVerb {
    private static final int LONGEST = 255;

    private XclientVerb() {}

    static Outcome handle(Session session, CommandLine command) {
        if (session.transaction().begun()) {
            return Outcome.error(503, "5.5.1", "Error: MAIL transaction in progress");
        }
        if (command.arguments().isEmpty()) {
            return Outcome.error(501, "5.5.4", "Syntax: XCLIENT attribute=value...");
        }
        switch (session.privileges().xclient()) {
            case UNAVAILABLE -> {
                return session.dataError("if command XCLIENT should be allowed from");
            }
            case NO_MATCH -> {
                return Outcome.error(550, "5.7.0", "Error: insufficient authorization");
            }
            case MATCH -> {
            }
        }
        Disguise disguise = new Disguise(session);
        for (String word : command.words()) {
            Optional<Reply> complaint = disguise.take(word);
            if (complaint.isPresent()) {
                return Outcome.error(complaint.get());
            }
        }
        session.become(disguise.client(), disguise.helo, disguise.protocol, disguise.login);
        return new Outcome.Greet();
    }

    /** What the attributes make of the client. */
    private static final class Disguise {
        private final Client before;
        private final AddressFamilies families;
        private String name;
        private String reverseName;
        private ClientName.Status status;
        private ClientName.Status reverseStatus;
        private Optional<InetAddress> address;
        private String port;
        private String serverAddress;
        private String serverPort;
        private String helo;
        private String protocol;
        private Optional<Login> login;

        Disguise(Session session) {
            this.before = session.client();
            this.families = session.settings().restrictions().families();
            this.name = before.name().name();
            this.reverseName = before.name().reverseName();
            this.status = before.name().nameStatus();
            this.reverseStatus = before.name().reverseStatus();
            this.address = before.address();
            this.port = before.port();
            this.serverAddress = before.serverAddress();
            this.serverPort = before.serverPort();
            this.helo = "";
            this.protocol = "SMTP";
            // Who logged in was somebody else, as Postfix has it, unless LOGIN says who it is now.
            this.login = Optional.empty();
        }

        Client client() {
            return new Client(new ClientName(name, reverseName, status, reverseStatus, Optional.empty()), address, port,
                    serverAddress, serverPort);
        }

        Optional<Reply> take(String word) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                return complaint("Error: attribute=value expected");
            }
            String attribute = word.substring(0, equals).toUpperCase(Locale.ROOT);
            String encoded = word.substring(equals + 1);
            if (encoded.isEmpty()) {
                return complaint("Error: attribute=value expected");
            }
            String value = XtextValue.decode(encoded);
            if (value.isEmpty() || value.length() > LONGEST) {
                return complaint("Bad attribute value syntax: " + encoded);
            }
            boolean gone = value.equalsIgnoreCase("[UNAVAILABLE]");
            boolean later = value.equalsIgnoreCase("[TEMPUNAVAIL]");
            return set(attribute, value, gone || later,
                    later ? ClientName.Status.TEMPORARY : ClientName.Status.PERMANENT)
                            ? Optional.empty()
                            : complaint(isKnown(attribute)
                                    ? "Bad " + attribute + " syntax: " + value
                                    : "Bad XCLIENT attribute name: " + attribute);
        }

        private static boolean isKnown(String attribute) {
            return Forwarded.XCLIENT.contains(attribute);
        }

        private boolean set(String attribute, String value, boolean unknown, ClientName.Status why) {
            return switch (attribute) {
                case "NAME" -> {
                    name = unknown ? "unknown" : value;
                    status = unknown ? why : ClientName.Status.OK;
                    yield unknown || DomainName.valid(value);
                }
                case "REVERSE_NAME" -> {
                    reverseName = unknown ? "unknown" : value;
                    reverseStatus = unknown ? why : ClientName.Status.OK;
                    yield unknown || DomainName.valid(value);
                }
                case "ADDR" -> {
                    address = address(value);
                    yield address.isPresent();
                }
                case "PORT" -> {
                    port = unknown ? "" : value;
                    yield unknown || Forwarded.isPort(value);
                }
                case "DESTADDR" -> {
                    serverAddress = unknown ? "" : address(value).map(Client::text).orElse("");
                    yield unknown || !serverAddress.isEmpty();
                }
                case "DESTPORT" -> {
                    serverPort = unknown ? "" : value;
                    yield unknown || Forwarded.isPort(value);
                }
                case "HELO" -> {
                    helo = unknown ? "" : GreetingVerbs.printable(value, true);
                    yield true;
                }
                case "PROTO" -> {
                    protocol = value.toUpperCase(Locale.ROOT);
                    yield protocol.equals("SMTP") || protocol.equals("ESMTP");
                }
                case "LOGIN" -> {
                    login = unknown ? Optional.empty() : Optional.of(new Login("XCLIENT", value));
                    yield true;
                }
                default -> false;
            };
        }

        private Optional<InetAddress> address(String text) {
            return Forwarded.address(text).filter(families::admits);
        }

        private static Optional<Reply> complaint(String text) {
            return Optional.of(Reply.of(501, "5.5.4", text));
        }
    }
}
