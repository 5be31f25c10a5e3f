package org.postrider.common.lookup;

import java.util.Locale;
import org.postrider.common.config.Parameters;

/**
 * Where the extension of a local part begins: {@code user+extension}. The names that mail systems need have none, nor has anything that
 * begins with a delimiter.
 *
 * @param delimiters recipient_delimiter: every character of it; empty for none
 * @param specialOwners owner_request_special: where the hyphen is among the delimiters, {@code owner-list} and {@code list-request} are
 *     never cut, at no delimiter
 */
public record AddressExtension(String delimiters, boolean specialOwners) {
    /** As the parameters have it. */
    public static AddressExtension of(Parameters parameters) {
        return new AddressExtension(parameters.string("recipient_delimiter"),
                parameters.bool("owner_request_special"));
    }

    /** Where the first delimiter is; -1 when there is no extension. */
    public int start(String local) {
        if (delimiters.isEmpty() || isReserved(local)) {
            return -1;
        }
        for (int i = 1; i < local.length(); i++) {
            if (delimiters.indexOf(local.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private boolean isReserved(String local) {
        String folded = local.toLowerCase(Locale.ROOT);
        return folded.equals("mailer-daemon") || folded.equals("double-bounce")
                || (specialOwners && delimiters.indexOf('-') >= 0 && isListAddress(folded));
    }

    private static boolean isListAddress(String folded) {
        return (folded.startsWith("owner-") && folded.length() > "owner-".length())
                || (folded.endsWith("-request") && folded.length() > "-request".length());
    }
}
