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
