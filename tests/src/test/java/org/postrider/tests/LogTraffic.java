package org.postrider.tests;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sessions of {@code log/traffic}, which says how they are written, played to an SMTP server one after the other. */
final class LogTraffic {
    private static final Path SCRIPT = Path.of("src/test/resources/log/traffic");
    private static final String LINE = "0123456789".repeat(7) + "\r\n";
    private static final int LARGE = 2000;
    private static final int HOPS = 60;

    private final int port;

    LogTraffic(int port) {
        this.port = port;
    }

    /** Plays all of it. */
    void play() throws IOException {
        String script = Files.readString(SCRIPT, StandardCharsets.ISO_8859_1).replaceAll("(?m)^#.*\n", "");
        for (String session : script.strip().split("\n\n+")) {
            try (SmtpClient client = new SmtpClient(port)) {
                SmtpClient.expect("220", client.reply());
                for (String line : session.replaceAll("(?m)^\\+ (.*)\n", "$1\r\n").split("\n")) {
                    play(client, line);
                }
            } catch (IOException e) {
                throw new IOException(session, e);
            }
        }
    }

    private static void play(SmtpClient client, String line) throws IOException {
        switch (line.split(" ", 2)[0]) {
            case "client" -> {
                String[] words = line.split(" ", -1);
                SmtpClient.expect("220", client.command("XCLIENT ADDR=" + words[1] + " NAME=" + words[2]
                        + " REVERSE_NAME=" + words[2]));
            }
            case ">" -> client.send(line.substring(Math.min(2, line.length())) + "\r\n");
            case "(hang" -> client.close();
            case "(end)" -> awaitEnd(client);
            case "LARGE" -> client.command(LINE.repeat(LARGE) + ".");
            case "LOOP" -> client.command("Received: from there\r\n".repeat(HOPS) + "\r\n.");
            default -> client.command(line);
        }
    }

    private static void awaitEnd(SmtpClient client) throws IOException {
        try {
            while (true) {
                client.reply();
            }
        } catch (EOFException _) {
            // The server has hung up.
        }
    }
}
