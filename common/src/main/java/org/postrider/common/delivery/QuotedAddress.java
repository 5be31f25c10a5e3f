package org.postrider.common.delivery;

/**
 * The two forms of an address: internal, as records and requests carry it, and external, as headers and log lines show it, with
 * a local part that is not a dot-atom in double quotes (RFC 5321 4.1.2). Bytes above 127 need no quotes.
 */
public final class QuotedAddress {
    private static final String SPECIALS = "()<>[]:;@\\,\" \t";

    private QuotedAddress() {}

    /** The external form of an internal address. */
    public static String external(String address) {
        int at = address.lastIndexOf('@');
        String local = at < 0 ? address : address.substring(0, at);
        if (address.isEmpty() || isDotAtom(local)) {
            return address;
        }
        StringBuilder quoted = new StringBuilder(address.length() + 4).append('"');
        for (int i = 0; i < local.length(); i++) {
            char c = local.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').append(at < 0 ? "" : address.substring(at)).toString();
    }

    /** The internal form of an address as it is written in a header or an alias. */
    public static String internal(String written) {
        String text = written.strip();
        if (text.indexOf('"') < 0 && text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder bare = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                bare.append(text.charAt(i));
            } else if (c != '"') {
                bare.append(c);
            }
        }
        return bare.toString();
    }

    private static boolean isDotAtom(String local) {
        if (local.isEmpty() || local.startsWith(".") || local.endsWith(".") || local.contains("..")) {
            return false;
        }
        for (int i = 0; i < local.length(); i++) {
            char c = local.charAt(i);
            if (c < ' ' || c == 127 || SPECIALS.indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }
}
