package org.postrider.common.mail;

/**
 * An address in internal form, cut at its last {@code @}: no quotes, no backslashes, the local part as the mailbox owner knows it.
 * The external form (RFC 5322 3.4.1, RFC 5321 4.1.2) has the local part quoted where its characters require that. The null
 * address is the empty string in both forms; who prints it writes {@code <>}.
 *
 * @param local what stands before the last {@code @}, or everything
 * @param domain what stands after it; empty when there is none
 * @param hasDomain true when there is an {@code @}
 */
public record Address(String local, String domain, boolean hasDomain) {
    /** The null address. */
    public static final Address NULL = new Address("", "", false);

    /** Cuts an address in internal form. */
    public static Address of(String internal) {
        int at = internal.lastIndexOf('@');
        return at < 0
                ? new Address(internal, "", false)
                : new Address(internal.substring(0, at), internal.substring(at + 1), true);
    }

    /** Cuts an address in external form. */
    public static Address ofExternal(String external) {
        return of(toInternal(external));
    }

    public boolean isNull() {
        return local.isEmpty() && !hasDomain;
    }

    /** Internal form. */
    public String internal() {
        return hasDomain ? local + '@' + domain : local;
    }

    /** External form. */
    public String external() {
        if (isNull()) {
            return "";
        }
        String quoted = quoteLocal(local);
        return hasDomain ? quoted + '@' + domain : quoted;
    }

    /** The same domain with another local part. */
    public Address withLocal(String other) {
        return new Address(other, domain, hasDomain);
    }

    /** The same local part in this domain. */
    public Address withDomain(String other) {
        return new Address(local, other, true);
    }

    /** What log lines and protocols show: the external form. */
    @Override
    public String toString() {
        return external();
    }

    /** External form of an address in internal form. */
    public static String toExternal(String internal) {
        int at = internal.lastIndexOf('@');
        int end = at < 0 ? internal.length() : at;
        if (internal.isEmpty() || isDotString(internal, end)) {
            return internal;
        }
        return quote(internal, end) + internal.substring(end);
    }

    /** Internal form of an address in external form: quotes and backslashes go, up to the {@code @} that ends the local part. */
    public static String toInternal(String external) {
        if (external.indexOf('"') < 0 && external.indexOf('\\') < 0) {
            return external;
        }
        StringBuilder text = new StringBuilder(external.length());
        boolean quoted = false;
        for (int i = 0; i < external.length(); i++) {
            char c = external.charAt(i);
            if (c == '@' && !quoted) {
                return text.append(external, i, external.length()).toString();
            }
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && i + 1 < external.length()) {
                text.append(external.charAt(++i));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** The local part as it must be written outside: as it is, or as a quoted string. */
    public static String quoteLocal(String local) {
        return isDotString(local, local.length()) ? local : quote(local, local.length());
    }

    /** Words separated by single dots; bytes above 127 count as letters. */
    private static boolean isDotString(String text, int end) {
        if (end == 0 || text.charAt(0) == '.' || text.charAt(end - 1) == '.') {
            return false;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean good = c == '.' ? text.charAt(i - 1) != '.' : isAtomText(c);
            if (!good) {
                return false;
            }
        }
        return true;
    }

    /** True for what may stand in an atom (RFC 5322 atext and all bytes above 127). */
    static boolean isAtomText(char c) {
        return c > ' ' && c != 0x7f && "()<>@,;:\\\".[]".indexOf(c) < 0;
    }

    private static String quote(String text, int end) {
        StringBuilder quoted = new StringBuilder(end + 2).append('"');
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c == '\r') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
