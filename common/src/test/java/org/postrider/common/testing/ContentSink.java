package org.postrider.common.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The next host, for {@link FakeLineServer}: keeps every byte of every message as it came, up to the end of data that RFC 5321 knows. */
public final class ContentSink {
    private static final String END = "\r\n.\r\n";

    private final List<String> contents = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();

    /** Each message with a line end before it, one char for one byte. */
    public List<String> contents() {
        return List.copyOf(contents);
    }

    /** What was said beside the messages. */
    public List<String> commands() {
        return List.copyOf(commands);
    }

    /** Talks to one client. */
    public void serve(BufferedReader in, OutputStream out) throws IOException {
        say(out, "220 sink");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            commands.add(line);
            if (!line.equals("DATA")) {
                say(out, line.equals("QUIT") ? "221 bye" : "250 yes");
                continue;
            }
            say(out, "354 go on");
            StringBuilder content = new StringBuilder("\r\n");
            while (content.indexOf(END, Math.max(0, content.length() - END.length())) < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                content.append((char) next);
            }
            contents.add(content.toString());
            say(out, "250 taken");
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
