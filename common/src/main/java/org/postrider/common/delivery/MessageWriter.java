package org.postrider.common.delivery;

import java.io.IOException;
import java.io.OutputStream;

/** Writes one message, headers of final delivery and content, to where it is delivered. */
public interface MessageWriter {
    void write(OutputStream out) throws IOException;
}
