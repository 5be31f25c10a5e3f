package org.postrider.qmgr;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProtocolException;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.queue.QueueId;

/** Takes apart what one client writes to the trigger socket: letters, and between them names of messages, and probes. One thread. */
final class TriggerReader {
    private static final int LONGEST_PROBE = 64 * 1024;

    private final QueueManager manager;
    private final Questions questions;
    private final byte[] letters;
    private final List<Optional<QueueId>> asked = new ArrayList<>();
    private final ByteArrayOutputStream name = new ByteArrayOutputStream(QueueId.LONGEST);
    /** What the name that is being read is for; 0 between names. */
    private char inName;

    // Where the bytes of a probe are.
    private boolean inValue;
    private boolean emptyText = true;

    /** Answers what a client asks, in the order in which it asks. */
    interface Questions {
        /**
         * What do these messages wait for. In this order.
         *
         * @param ids empty ones ask about none
         */
        void standings(List<Optional<QueueId>> ids) throws IOException;

        /** Whether a probe without a queue file was taken. */
        void probe(boolean taken) throws IOException;
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
            if (inName == Trigger.PROBE) {
                takeProbe(b);
            } else if (inName != 0) {
                takeName(b);
            } else if (b == Trigger.NEW_MESSAGE || b == Trigger.STANDING || b == Trigger.PROBE) {
                inName = (char) b;
            } else {
                letters[count++] = b;
            }
        }
        if (count > 0) {
            manager.trigger(letters, count);
        }
        answer();
    }

    private void answer() throws IOException {
        if (!asked.isEmpty()) {
            questions.standings(List.copyOf(asked));
            asked.clear();
        }
    }

    /** Its attributes are names and values in turns, each with a zero byte behind it; where an empty name stands they end. */
    private void takeProbe(byte b) throws IOException {
        if (name.size() >= LONGEST_PROBE) {
            throw new ProtocolException("address probe longer than " + LONGEST_PROBE + " bytes");
        }
        name.write(b);
        if (b != 0) {
            emptyText = false;
            return;
        }
        boolean end = emptyText && !inValue;
        inValue = !end && !inValue;
        emptyText = true;
        if (end) {
            inName = 0;
            Attributes list = Attributes.read(new ByteArrayInputStream(name.toByteArray()));
            name.reset();
            probe(AddressProbe.fromAttributes(list));
        }
    }

    private void probe(AddressProbe probe) throws IOException {
        QueueId id = QueueId.parse(probe.queueId())
                .orElseThrow(() -> new ProtocolException("bad queue id of an address probe"));
        answer();
        questions.probe(manager.take(id, probe));
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
