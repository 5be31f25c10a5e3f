package org.postrider.smtpd;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.common.smtp.CommandLine;

/** The verbs of a service: those of RFC 5321, those that are known and refused, and smtpd_noop_commands. Immutable. */
final class VerbTable {
    private static final List<Verb> VERBS = List.of(
            new Verb("HELO", GreetingVerbs::helo, true, true), new Verb("EHLO", GreetingVerbs::ehlo, true, true),
            new Verb("MAIL", MailVerb::handle, false, false), new Verb("RCPT", RcptVerb::handle, false, false),
            new Verb("DATA", SimpleVerbs::data, false, true), new Verb("RSET", SimpleVerbs::rset, true, false),
            new Verb("NOOP", SimpleVerbs::noop, true, true), new Verb("VRFY", VrfyVerb::handle, true, true),
            new Verb("HELP", SimpleVerbs::help, false, false), new Verb("QUIT", SimpleVerbs::quit, false, false),
            new Verb("STARTTLS", StartTlsVerb::handle, false, true),
            new Verb("ETRN", EtrnVerb::handle, true, false),
            new Verb("BDAT", BdatVerb::handle, false, false),
            new Verb("AUTH", AuthVerb::handle, false, false),
            new Verb("XCLIENT", XclientVerb::handle, false, true),
            new Verb("XFORWARD", XforwardVerb::handle, false, false));

    private final Map<String, Verb> byName = new HashMap<>();

    /** @param noop upper-case names that do nothing: smtpd_noop_commands */
    VerbTable(Set<String> noop) {
        for (Verb verb : VERBS) {
            byName.put(verb.name(), verb);
        }
        for (String name : noop) {
            byName.put(name, new Verb(name, VerbTable::nothing, true, false, false));
        }
    }

    /** smtpd_noop_commands. */
    static Outcome nothing(Session session, CommandLine command) {
        return Outcome.done(250, "2.0.0", "Ok");
    }

    @Nullable
    Verb find(String name) {
        return byName.get(name);
    }
}
