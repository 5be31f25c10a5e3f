package org.postrider.common.ipc;

/**
 * To trivial-rewrite: bring an address into full form.
 *
 * @param context {@code local} (append $myorigin, $mydomain) or {@code remote} (remote_header_rewrite_domain)
 * @param address internal (unquoted) form
 */
public record RewriteRequest(String context, String address) {
    public static final String LOCAL = "local";
    public static final String REMOTE = "remote";

    /**
     * True for an address that is in full form under every rule and setting: a local part without quotes, routes and operators, and one
     * domain with a dot inside it. Most are, and nobody has to be asked about these. False says nothing.
     */
    public boolean isInFullForm() {
        int at = address.indexOf('@');
        return at > 0 && isPlain(0, at, "-_+=/") && isPlain(at + 1, address.length(), "-_")
                && address.indexOf('.', at) > 0;
    }

    /** Letters, digits, the extra characters, and dots that stand alone and inside. */
    private boolean isPlain(int from, int to, String extra) {
        boolean afterDot = true;
        for (int i = from; i < to; i++) {
            char c = address.charAt(i);
            boolean dot = c == '.';
            if (dot ? afterDot : !isLetterOrDigit(c) && extra.indexOf(c) < 0) {
                return false;
            }
            afterDot = dot;
        }
        return !afterDot;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    public Attributes toAttributes() {
        return new Attributes().put("request", "rewrite").put("rule", context).put("address", address);
    }

    public static RewriteRequest fromAttributes(Attributes list) throws ProtocolException {
        return new RewriteRequest(list.get("rule", LOCAL), list.get("address"));
    }

    /** The answer to a rewrite request. */
    public static Attributes answer(String address) {
        return new Attributes().put("flags", 0).put("address", address);
    }
}
