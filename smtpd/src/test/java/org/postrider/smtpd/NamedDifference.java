package org.postrider.smtpd;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A difference from Postfix that docs/quirks.md names, as it shows in a dialogue.
 *
 * @param quirk words of its entry
 * @param sent what the client has said before
 * @param ours our reply
 * @param theirs Postfix's reply
 */
record NamedDifference(String quirk, Pattern sent, Pattern ours, Pattern theirs) {
    /** All that generated dialogues meet. */
    static final List<NamedDifference> ALL = List.of(
            named("An address with control characters is refused",
                    "(?is)\\s*(?:MAIL|RCPT|VRFY)\\b.*[\\x01-\\x08\\x0b-\\x1f\\x7f].*",
                    "501 5\\.1\\.[37] .*|450 4\\.1\\.[37] .*|4\\d\\d 4\\.1\\.[37] Bad .*", ".*"),
            named("The content of ENVID and ORCPT must not decode to control characters",
                    "(?is).*ORCPT=.*(?:[\\x01-\\x1f\\x7f]|\\+[01][0-9A-F]|\\+7F).*", ".*Bad ORCPT parameter syntax.*", ".*"),
            named("HELP is there", "(?is).*HELP.*", "214 2\\.0\\.0 .*", "[45]00 [45]\\.5\\.2 .*"),
            named("A command line with a NUL byte is a syntax error", "(?s).*\\x00.*", "[45]00 [45]\\.5\\.2 .*", ".*"));

    private static NamedDifference named(String quirk, String sent, String ours, String theirs) {
        return new NamedDifference(quirk, Pattern.compile(sent), Pattern.compile(ours), Pattern.compile(theirs));
    }

    /** The entry that names this difference. */
    static Optional<NamedDifference> of(String sent, String ours, String theirs) {
        return ALL.stream().filter(one -> one.sent.matcher(sent).matches() && one.ours.matcher(ours).matches()
                && one.theirs.matcher(theirs).matches()).findFirst();
    }
}
