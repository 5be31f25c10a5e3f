package org.postrider.common.ipc;

import java.util.Optional;

/**
 * From a delivery agent to qmgr, after every recipient has been logged, marked done, or recorded by bounce or defer.
 *
 * @param someRemain true when at least one recipient stays in the queue file for a later try
 * @param trouble a reason that concerns the whole destination, for qmgr to slow down
 */
public record DeliveryReport(boolean someRemain, Optional<SiteTrouble> trouble) {
    /** Everything settled. */
    public static final DeliveryReport ALL_SETTLED = new DeliveryReport(false, Optional.empty());
    /** Some recipients remain, for reasons of their own. */
    public static final DeliveryReport SOME_REMAIN = new DeliveryReport(true, Optional.empty());

    /**
     * Why the destination as a whole could not be served.
     *
     * @param status enhanced status code, {@code 4.4.1}
     * @param reason the text for the recipients that are deferred without a try
     */
    public record SiteTrouble(String status, String reason) {}

    public Attributes toAttributes() {
        Attributes list = new Attributes().put("status", someRemain);
        trouble.ifPresent(t -> list.put("dsn_status", t.status).put("reason", t.reason));
        return list;
    }

    /**
     * Reads a report.
     *
     * @throws ProtocolException when it does not say whether everything is settled: nothing is to be taken for granted then
     */
    public static DeliveryReport fromAttributes(Attributes list) throws ProtocolException {
        Optional<SiteTrouble> trouble = Optional.empty();
        if (list.find("dsn_status").isPresent()) {
            trouble = Optional.of(new SiteTrouble(list.get("dsn_status"), list.get("reason", "")));
        }
        String status = list.get("status");
        if (!status.equals("0") && !status.equals("1")) {
            throw new ProtocolException("bad status \"" + status + "\" in a delivery report");
        }
        return new DeliveryReport(status.equals("1"), trouble);
    }
}
