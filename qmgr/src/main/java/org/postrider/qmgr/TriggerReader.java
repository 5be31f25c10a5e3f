package org.postrider.qmgr;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.queue.QueueId;

/** Takes apart what one client writes to the trigger socket: letters, and names of new messages between them. One thread. */
final class TriggerReader {
    private final QueueManager manager;
    private final byte[] letters;
    private final ByteArrayOutputStream name = new ByteArrayOutputStream(QueueId.LONGEST);
    private boolean inName;

    TriggerReader(QueueManager manager, int most) {
        this.manager = manager;
        this.letters = new byte[most];
    }

    /** Takes the next bytes; a name may go on in the bytes after them. */
    void take(byte[] bytes, int length) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (inName) {
                takeName(b);
            } else if (b == Trigger.NEW_MESSAGE) {
                inName = true;
            } else {
                letters[count++] = b;
            }
        }
        if (count > 0) {
            manager.trigger(letters, count);
        }
    }

    private void takeName(byte b) {
        if (b != 0 && name.size() <= QueueId.LONGEST) {
            name.write(b);
            return;
        }
        if (b == 0) {
            QueueId.parse(name.toString(StandardCharsets.ISO_8859_1)).ifPresent(manager::announce);
            name.reset();
            inName = false;
        }
    }
}
