package org.postrider.smtpd;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A difference from Postfix that docs/quirks.md names, as it shows in a dialogue.
 *
 * @param quirk words of its entry
 * @param before what was said before, commands and replies; must be found there
 * @param sent the last command
 * @param ours our reply, in print
 * @param theirs Postfix's reply, in print
 */
record NamedDifference(String quirk, Pattern before, Pattern sent, Pattern ours, Pattern theirs) {
    private static final String CONTROL = "[\\x01-\\x08\\x0b-\\x1f\\x7f]";
    private static final String BAD_ADDRESS = "S: [45]01 [45]\\.1\\.[37] Bad (?:sender|recipient) address syntax.*";

    /** All that generated dialogues meet. */
    static final List<NamedDifference> ALL = List.of(
            named("An address with control characters is refused", "", "(?s).*" + CONTROL + ".*", BAD_ADDRESS, ".*"),
            named("The content of ENVID and ORCPT must not decode to control characters", "", "(?is).*ORCPT=.*",
                    ".*Bad ORCPT parameter syntax.*", ".*"),
            named("A command longer than `line_length_limit`", "", "(?s).{2048,}",
                    "S: [45]00 [45]\\.5\\.2 Error: command too long.*", ".*"),
            named("HELP is there", "", "(?is).*HELP.*", "S: 214 .*", "S: [45]00 [45]\\.5\\.2 .*"),
            named("A command line with a NUL byte is a syntax error", "", "(?s).*\\x00.*", "S: [45]00 [45]\\.5\\.2 .*",
                    ".*"),
            named("Nothing remains of a MAIL that was refused", "(?i)\\nC: .* SIZE=", "(?s).*",
                    "(?!S: [45]52 ).*", "S: [45]52 [45]\\.3\\.4 .*"),
            named("VRFY leaves a transaction alone", "S: [45]53 [45]\\.6\\.7 Must declare SMTPUTF8", "(?s).*", ".*",
                    "S: (?:250 2\\.1\\.0 Ok|[45]03 [45]\\.5\\.1 Error: need MAIL command).*"),
            named("VRFY tells of the first restriction that defers", "", "(?is).*VRFY .*",
                    "S: 450 .*: Helo command rejected: .*",
                    "S: 450 .*: Recipient address rejected: .*"),
            named("BDAT after a message whose chunks were thrown away", "Discarded", "(?s).*BDAT .*",
                    "S: [45]03 [45]\\.5\\.1 Error: need RCPT command.*", "S: \\(closed\\)"),
            named("HELO characters that could be mistaken for syntax", "", "(?s).*",
                    ".*<[^>]*\\?.*>: Helo command rejected: .*",
                    ".*: Helo command rejected: .*"),
            named("What is not printable in a reply becomes a blank", "", "(?s).*", ".*Unsupported option: .*",
                    ".*Unsupported option: .*\\\\x[0-9a-f]{2}.*"));

    private static NamedDifference named(String quirk, String before, String sent, String ours, String theirs) {
        return new NamedDifference(quirk, Pattern.compile(before), Pattern.compile(sent), Pattern.compile(ours),
                Pattern.compile(theirs));
    }

    /** The entry that names this difference. */
    static Optional<NamedDifference> of(String before, String sent, String ours, String theirs) {
        return ALL.stream()
                .filter(one -> one.before.matcher(before).find() && one.sent.matcher(sent).matches()
                        && one.ours.matcher(ours).matches() && one.theirs.matcher(theirs).matches())
                .findFirst();
    }
}
