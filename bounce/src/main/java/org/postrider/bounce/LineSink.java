package org.postrider.bounce;

import java.io.IOException;

/** Takes the lines of a letter, without line ends. */
interface LineSink {
    void line(String text) throws IOException;

    /**
     * Takes a piece of a line as it stands in a queue file.
     *
     * @param endsLine false when the line goes on with the next piece
     */
    void piece(byte[] bytes, int length, boolean endsLine) throws IOException;
}
