package org.postrider.smtpd;

import java.util.Locale;
import java.util.Optional;
import org.postrider.common.dns.AddressFamilies;
import org.postrider.common.dns.DomainName;
import org.postrider.common.smtp.CommandLine;

/** XFORWARD (XFORWARD_README): a filter says where the next message came from. */
final class XforwardVerb {
    private static final int LONGEST = 255;

    private XforwardVerb() {}

    static Outcome handle(Session session, CommandLine command) {
        if (session.transaction().begun()) {
            return Outcome.error(503, "5.5.1", "Error: MAIL transaction in progress");
        }
        if (command.arguments().isEmpty()) {
            return Outcome.error(501, "5.5.4", "Syntax: XFORWARD attribute=value...");
        }
        switch (session.privileges().xforward()) {
            case UNAVAILABLE -> {
                return session.dataError("if command XFORWARD should be allowed from");
            }
            case NO_MATCH -> {
                return Outcome.error(550, "5.7.0", "Error: insufficient authorization");
            }
            case MATCH -> {
            }
        }
        Forwarded forwarded = session.forwarded();
        boolean ofClient = false;
        for (String word : command.words()) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                return Outcome.error(501, "5.5.4", "Error: attribute=value expected");
            }
            String attribute = word.substring(0, equals).toUpperCase(Locale.ROOT);
            String value = XtextValue.decode(word.substring(equals + 1));
            if (word.length() == equals + 1) {
                return Outcome.error(501, "5.5.4", "Error: attribute=value expected");
            }
            if (value.length() > LONGEST) {
                return Outcome.error(501, "5.5.4", "Error: attribute value too long");
            }
            if (value.isEmpty()) {
                return Outcome.error(501, "5.5.4", "Bad attribute value syntax: " + word.substring(equals + 1));
            }
            Optional<Forwarded> more = with(forwarded, session.settings().restrictions().families(), attribute,
                    value.equalsIgnoreCase("[UNAVAILABLE]") ? "" : GreetingVerbs.printable(value, true));
            if (more.isEmpty()) {
                return Outcome.error(501, "5.5.4", Forwarded.XFORWARD.contains(attribute)
                        ? "Bad " + attribute + " syntax: " + value
                        : "Bad XFORWARD attribute name: " + attribute);
            }
            forwarded = more.get();
            ofClient |= !attribute.equals("IDENT");
        }
        session.forwarded(forwarded, ofClient);
        return Outcome.done(250, "2.0.0", "Ok");
    }

    private static Optional<Forwarded> with(Forwarded f, AddressFamilies families, String attribute, String value) {
        return Optional.ofNullable(switch (attribute) {
            case "NAME" -> value.isEmpty() || DomainName.valid(value)
                    ? new Forwarded(value, f.address(), f.port(), f.protocol(), f.helo(), f.ident(), f.source())
                    : null;
            case "ADDR" -> value.isEmpty() || Forwarded.address(value).filter(families::admits).isPresent()
                    ? new Forwarded(f.name(), Forwarded.address(value).map(Client::text).orElse(""), f.port(),
                            f.protocol(), f.helo(), f.ident(), f.source())
                    : null;
            case "PORT" -> value.isEmpty() || Forwarded.isPort(value)
                    ? new Forwarded(f.name(), f.address(), value, f.protocol(), f.helo(), f.ident(), f.source())
                    : null;
            case "PROTO" -> new Forwarded(f.name(), f.address(), f.port(), value, f.helo(), f.ident(), f.source());
            case "HELO" -> new Forwarded(f.name(), f.address(), f.port(), f.protocol(), value, f.ident(), f.source());
            case "IDENT" -> new Forwarded(f.name(), f.address(), f.port(), f.protocol(), f.helo(), value, f.source());
            case "SOURCE" -> value.isEmpty() || value.matches("(?i)local|remote")
                    ? new Forwarded(f.name(), f.address(), f.port(), f.protocol(), f.helo(), f.ident(),
                            value.toLowerCase(Locale.ROOT))
                    : null;
            default -> null;
        });
    }
}
