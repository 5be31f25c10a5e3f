package org.postrider.commands;

/** What postsuper does to a message, and how it says so. */
enum QueueAction {
    DELETE("removed", "Deleted"), REQUEUE("requeued", "Requeued"), HOLD("placed on hold", "Placed on hold"), RELEASE(
            "released from hold",
            "Released from hold"), EXPIRE("expired", "Force-expired"), EXPIRE_RELEASE("expired", "Force-expired");

    private final String word;
    private final String total;

    QueueAction(String word, String total) {
        this.word = word;
        this.total = total;
    }

    /** For the line about one message. */
    String word() {
        return word;
    }

    /** For the line that counts. */
    String total() {
        return total;
    }
}
