package org.postrider.smtpd;

import org.postrider.common.mail.Address;

/** Addresses as they appear in log lines, tables and letters. */
final class AddressText {
    private AddressText() {}

    /** The quoted form: {@code "a b"@example.com}. */
    static String external(String internal) {
        return internal.isEmpty() ? "" : Address.toExternal(internal);
    }

    /** The part after the last at sign, or everything: what host tables are asked about. */
    static String site(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    /** The part after the last at sign; empty when there is none. */
    static String domain(String address) {
        int at = address.lastIndexOf('@');
        return at < 0 ? "" : address.substring(at + 1);
    }
}
