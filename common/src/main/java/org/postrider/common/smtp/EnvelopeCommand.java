package org.postrider.common.smtp;

import java.util.List;

/**
 * The arguments of MAIL and RCPT: {@code FROM:<path> parameters}, {@code TO:<path> parameters} (RFC 5321 section 4.1.1.2 and
 * 4.1.1.3). Unless it is strict (strict_rfc821_envelopes), the reader takes what clients that don't know better send in place of a
 * path; {@link EnvelopeAddress} says what.
 */
public sealed interface EnvelopeCommand {
    /**
     * A good command.
     *
     * @param address internal (unquoted) form; empty for the null path
     * @param text the address as it was sent
     */
    record Path(String address, String text, List<EsmtpParameter> parameters) implements EnvelopeCommand {}

    /** The keyword or the address is missing. */
    record BadCommand() implements EnvelopeCommand {}

    /**
     * There is an address, and it is none.
     *
     * @param text as it was sent; empty when quotes or brackets are not closed, so that nobody knows where it ends
     */
    record BadAddress(String text) implements EnvelopeCommand {}

    /**
     * Reads the arguments.
     *
     * @param keyword {@code FROM} or {@code TO}; the colon follows at once
     */
    static EnvelopeCommand parse(String arguments, String keyword, boolean strict) {
        int colon = keyword.length();
        if (!arguments.regionMatches(true, 0, keyword, 0, colon) || colon >= arguments.length()
                || arguments.charAt(colon) != ':') {
            return new BadCommand();
        }
        String rest = CommandLine.trim(arguments.substring(colon + 1));
        return rest.isEmpty() ? new BadCommand() : path(rest, strict);
    }

    /** Reads an address that is all of the text. */
    static EnvelopeCommand address(String text, boolean strict) {
        String address = EnvelopeAddress.internal(text, strict);
        return address == null ? new BadAddress(text) : new Path(address, text, List.of());
    }

    private static EnvelopeCommand path(String text, boolean strict) {
        CommandWords.Word word = CommandWords.at(text, 0);
        String address = word.closed() ? EnvelopeAddress.internal(word.text(), strict) : null;
        if (address == null) {
            return new BadAddress(word.closed() ? word.text() : "");
        }
        List<EsmtpParameter> parameters = CommandWords.from(text, word.end()).stream().map(EsmtpParameter::parse)
                .toList();
        return new Path(address, word.text(), parameters);
    }
}
