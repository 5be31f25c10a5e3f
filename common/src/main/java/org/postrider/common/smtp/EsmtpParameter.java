package org.postrider.common.smtp;

import java.util.Locale;

/**
 * One parameter of MAIL or RCPT (RFC 5321 section 4.1.2).
 *
 * @param name in upper case
 * @param value the text after the equals sign; empty when there is none
 * @param hasValue false when there was no equals sign
 */
public record EsmtpParameter(String name, String value, boolean hasValue) {
    static EsmtpParameter parse(String word) {
        int equals = word.indexOf('=');
        return equals < 0
                ? new EsmtpParameter(word.toUpperCase(Locale.ROOT), "", false)
                : new EsmtpParameter(word.substring(0, equals).toUpperCase(Locale.ROOT), word.substring(equals + 1),
                        true);
    }
}
