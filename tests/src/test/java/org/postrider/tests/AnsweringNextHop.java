package org.postrider.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.postrider.common.testing.FakeLineServer;

/** The next host, which says to a recipient what its local part begins with, {@code 450@...}; {@code data450@...} after the content. */
final class AnsweringNextHop implements AutoCloseable {
    private final FakeLineServer server;

    AnsweringNextHop() throws IOException {
        server = new FakeLineServer(AnsweringNextHop::serve);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static void serve(BufferedReader in, OutputStream out) throws IOException {
        say(out, "220 next.example.test ESMTP");
        String last = "250 2.0.0 taken";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String recipient = line.replaceFirst("^RCPT TO:<", "");
            switch (line.split("[ :]", 2)[0]) {
                case "MAIL" -> {
                    last = "250 2.0.0 taken";
                    say(out, "250 2.1.0 yes");
                }
                case "RCPT" -> {
                    if (recipient.startsWith("data")) {
                        last = reply(recipient.substring("data".length()));
                    }
                    say(out, reply(recipient));
                }
                case "DATA" -> {
                    say(out, "354 go on");
                    while (!".".equals(in.readLine())) {
                        // The content is nobody's.
                    }
                    say(out, last);
                }
                case "QUIT" -> {
                    say(out, "221 2.0.0 bye");
                    return;
                }
                default -> say(out, "250 next.example.test");
            }
        }
    }

    private static String reply(String recipient) {
        if (recipient.startsWith("450")) {
            return "450 4.2.0 come later";
        }
        return recipient.startsWith("550") ? "550 5.1.1 nobody of that name" : "250 2.1.5 yes";
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
