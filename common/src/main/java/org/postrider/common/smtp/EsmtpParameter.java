package org.postrider.common.smtp;

import java.util.Locale;

/**
 * One parameter of MAIL or RCPT (RFC 5321 section 4.1.2).
 *
 * @param name in upper case
 * @param value the text after the equals sign; empty when there is none
 * @param hasValue false when there was no equals sign
 * @param text the whole as it was sent
 */
public record EsmtpParameter(String name, String value, boolean hasValue, String text) {
    static EsmtpParameter parse(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? "" : word.substring(equals + 1);
        return new EsmtpParameter(name.toUpperCase(Locale.ROOT), value, equals >= 0, word);
    }
}
