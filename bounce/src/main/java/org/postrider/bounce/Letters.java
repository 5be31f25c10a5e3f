package org.postrider.bounce;

import java.io.IOException;

/** Where letters are posted. */
interface Letters {
    /** Writes the letter's lines, from the first header after Date. */
    interface Text {
        void write(LineSink out) throws IOException;
    }

    /**
     * Posts one letter.
     *
     * @param sender envelope sender, internal form; empty for the null sender
     * @param recipient internal form
     * @param sendOptions formats.md 1.3, for SMTPUTF8
     * @return the queue id it got
     * @throws IOException when it could not be put into the queue; nothing of it is there then
     */
    String post(String sender, String recipient, int sendOptions, Text text) throws IOException;
}
