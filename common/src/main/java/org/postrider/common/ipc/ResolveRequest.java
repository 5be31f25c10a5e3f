package org.postrider.common.ipc;

/**
 * To trivial-rewrite: where does mail for this recipient go?
 *
 * @param sender envelope sender, internal form, empty for the null sender; decides sender-dependent routing
 * @param address recipient in internal form
 */
public record ResolveRequest(String sender, String address) {
    public Attributes toAttributes() {
        return new Attributes().put("request", "resolve").put("sender", sender).put("address", address);
    }

    public static ResolveRequest fromAttributes(Attributes list) throws ProtocolException {
        return new ResolveRequest(list.get("sender", ""), list.get("address"));
    }
}
