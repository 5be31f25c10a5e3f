package org.postrider.common.ipc;

/**
 * From trivial-rewrite: where mail for a recipient goes.
 *
 * @param transport master.cf service name; {@code error} or {@code retry} with the reason in nexthop for what can't be delivered
 * @param nexthop next-hop destination
 * @param recipient the address to deliver to, internal form
 * @param flags see the constants
 */
public record ResolveAnswer(String transport, String nexthop, String recipient, int flags) {
    /** The address is final: no source route or the like is left in it. */
    public static final int FINAL = 1;
    /** The address contains routing operators. */
    public static final int ROUTED = 1 << 1;
    /** The address is bad; it must be refused or bounced. */
    public static final int ERROR = 1 << 2;
    /** A table could not be asked: defer. */
    public static final int FAIL = 1 << 3;
    /** The domain is in mydestination or is one of our interfaces. */
    public static final int CLASS_LOCAL = 1 << 8;
    /** The domain is in virtual_alias_domains. */
    public static final int CLASS_ALIAS = 1 << 9;
    /** The domain is in virtual_mailbox_domains. */
    public static final int CLASS_VIRTUAL = 1 << 10;
    /** The domain is in relay_domains. */
    public static final int CLASS_RELAY = 1 << 11;
    /** Any other domain. */
    public static final int CLASS_DEFAULT = 1 << 12;

    /** True when a lookup failed and the caller must defer. */
    public boolean failed() {
        return (flags & FAIL) != 0;
    }

    /** True when all these bits are set. */
    public boolean has(int bits) {
        return (flags & bits) == bits;
    }

    public Attributes toAttributes() {
        return new Attributes().put("flags", flags).put("transport", transport).put("nexthop", nexthop).put("recipient",
                recipient);
    }

    public static ResolveAnswer fromAttributes(Attributes list) throws ProtocolException {
        return new ResolveAnswer(list.get("transport"), list.get("nexthop"), list.get("recipient"),
                list.integer("flags", 0));
    }
}
