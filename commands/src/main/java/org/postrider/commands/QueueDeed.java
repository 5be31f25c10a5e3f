package org.postrider.commands;

/** What postsuper has done to a message, and how it says so; in the order in which the totals are printed. */
enum QueueDeed {
    REQUEUED("requeued", "Requeued"), REMOVED("removed", "Deleted"), EXPIRED("expired", "Force-expired"), HELD(
            "placed on hold", "Placed on hold"), RELEASED("released from hold", "Released from hold");

    private final String word;
    private final String total;

    QueueDeed(String word, String total) {
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
