package org.postrider.common.delivery;

import java.io.IOException;
import org.postrider.common.posix.FileWords;

/**
 * What a failed file operation means for mail: over quota or over the size limit is the recipient's lasting problem, a full disk will
 * be better later, and what anything else means the agent knows.
 */
final class FileTrouble {
    private FileTrouble() {}

    /**
     * The status for a mailbox that could not be written.
     *
     * @param otherwise the code where the failure has none of its own
     */
    static DeliveryTrouble mailbox(String prefix, IOException failure, String otherwise) {
        String words = FileWords.of(failure);
        if (failure instanceof UnreadableMessageException) {
            return new DeliveryTrouble("4.3.0", words);
        }
        return new DeliveryTrouble(mailboxCode(words, otherwise), prefix + words);
    }

    private static String mailboxCode(String words, String otherwise) {
        return switch (words) {
            case "File too large", "Disk quota exceeded" -> "5.2.2";
            case "No space left on device" -> "4.3.0";
            case "Resource temporarily unavailable", "Stale file handle" -> "4.2.0";
            default -> otherwise;
        };
    }
}
