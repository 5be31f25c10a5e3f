package org.postrider.qmgr;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.queue.QueueId;

/** Takes apart what one client writes to the trigger socket: letters, and names of messages between them. One thread. */
final class TriggerReader {
    private final QueueManager manager;
    private final Questions questions;
    private final byte[] letters;
    private final List<Optional<QueueId>> asked = new ArrayList<>();
    private final ByteArrayOutputStream name = new ByteArrayOutputStream(QueueId.LONGEST);
    /** What the name that is being read is for; 0 between names. */
    private char inName;

    /** Answers what a client asks. */
    interface Questions {
        /**
         * What do these messages wait for. In this order.
         *
         * @param ids empty ones ask about none
         */
        void standings(List<Optional<QueueId>> ids) throws IOException;
    }

    TriggerReader(QueueManager manager, Questions questions, int most) {
        this.manager = manager;
        this.questions = questions;
        this.letters = new byte[most];
    }

    /** Takes the next bytes; a name may go on in the bytes after them. */
    void take(byte[] bytes, int length) throws IOException {
        int count = 0;
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (inName != 0) {
                takeName(b);
            } else if (b == Trigger.NEW_MESSAGE || b == Trigger.STANDING) {
                inName = (char) b;
            } else {
                letters[count++] = b;
            }
        }
        if (count > 0) {
            manager.trigger(letters, count);
        }
        if (!asked.isEmpty()) {
            questions.standings(List.copyOf(asked));
            asked.clear();
        }
    }

    private void takeName(byte b) {
        if (b != 0 && name.size() <= QueueId.LONGEST) {
            name.write(b);
            return;
        }
        if (b == 0) {
            Optional<QueueId> id = QueueId.parse(name.toString(StandardCharsets.ISO_8859_1));
            name.reset();
            boolean question = inName == Trigger.STANDING;
            inName = 0;
            if (question) {
                asked.add(id);
            } else {
                id.ifPresent(manager::announce);
            }
        }
    }
}
