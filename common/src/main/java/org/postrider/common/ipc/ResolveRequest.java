package org.postrider.common.ipc;

/**
 * To trivial-rewrite: where does mail for this recipient go?
 *
 * @param sender envelope sender, internal form, empty for the null sender; decides sender-dependent routing
 * @param address recipient in internal form
 * @param probe for an address probe, whose mail may go another way (address_verify_transport_maps and the like)
 */
public record ResolveRequest(String sender, String address, boolean probe) {
    private static final String PROBE = "verify";

    /** For mail. */
    public ResolveRequest(String sender, String address) {
        this(sender, address, false);
    }

    public Attributes toAttributes() {
        return new Attributes().put("request", probe ? PROBE : "resolve").put("sender", sender).put("address", address);
    }

    public static ResolveRequest fromAttributes(Attributes list) throws ProtocolException {
        return new ResolveRequest(list.get("sender", ""), list.get("address"),
                list.get("request", "").equals(PROBE));
    }
}
