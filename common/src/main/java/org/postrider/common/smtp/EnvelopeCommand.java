package org.postrider.common.smtp;

import java.util.List;

/**
 * The arguments of MAIL and RCPT: {@code FROM:<path> parameters}, {@code TO:<path> parameters} (RFC 5321 section 4.1.1.2 and
 * 4.1.1.3). Unless it is strict (strict_rfc821_envelopes), the reader takes paths without angle brackets and with comments, as
 * clients that don't know better send them; a source route is dropped in both cases, as RFC 5321 appendix C wants.
 */
public sealed interface EnvelopeCommand {
    /**
     * A good command.
     *
     * @param address internal (unquoted) form; empty for the null path
     */
    record Path(String address, List<EsmtpParameter> parameters) implements EnvelopeCommand {}

    /** The keyword or the address is missing. */
    record BadCommand() implements EnvelopeCommand {}

    /** There is an address, and it is none. */
    record BadAddress() implements EnvelopeCommand {}

    /**
     * Reads the arguments.
     *
     * @param keyword {@code FROM} or {@code TO}
     */
    static EnvelopeCommand parse(String arguments, String keyword, boolean strict) {
        int length = keyword.length();
        if (!arguments.regionMatches(true, 0, keyword, 0, length)) {
            return new BadCommand();
        }
        int colon = length;
        while (!strict && colon < arguments.length() && CommandLine.isBlank(arguments.charAt(colon))) {
            colon++;
        }
        if (colon >= arguments.length() || arguments.charAt(colon) != ':') {
            return new BadCommand();
        }
        String rest = CommandLine.trim(arguments.substring(colon + 1));
        return rest.isEmpty() ? new BadCommand() : path(rest, strict);
    }

    private static EnvelopeCommand path(String text, boolean strict) {
        int end = PathSyntax.endOfPath(text);
        if (end < 0 || (strict && text.charAt(0) != '<')) {
            return new BadAddress();
        }
        String inner = text.charAt(0) == '<' ? text.substring(1, end - 1) : text.substring(0, end);
        String address = PathSyntax.internal(inner, strict);
        if (address == null) {
            return new BadAddress();
        }
        List<EsmtpParameter> parameters = CommandLine.words(text.substring(end)).stream().map(EsmtpParameter::parse)
                .toList();
        return new Path(address, parameters);
    }
}
