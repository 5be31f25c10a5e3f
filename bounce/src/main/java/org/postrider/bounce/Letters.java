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
     * @param sendOptions of the message that the letter is about: it needs SMTPUTF8 and REQUIRETLS (RFC 8689 section 5) as that one did
     * @return the queue id it got
     * @throws IOException when it could not be put into the queue; nothing of it is there then
     */
    String post(String sender, String recipient, int sendOptions, Text text) throws IOException;
}
