package org.postrider.common.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * Dovecot's authentication service on a TCP port (protocol version 1), with one user, joe, whose password is {@code secret}; the
 * password {@code later} finds it out of order. PLAIN takes what it needs in one response, LOGIN in two.
 */
public final class FakeDovecot implements AutoCloseable {
    private static final String GREETING = """
            VERSION\t1\t1
            MECH\tPLAIN\tplaintext
            MECH\tLOGIN\tplaintext
            MECH\tANONYMOUS\tanonymous
            SPID\t1
            CUID\t1
            COOKIE\t00112233445566778899aabbccddeeff
            DONE
            """;

    private final FakeLineServer server;

    public FakeDovecot() throws IOException {
        server = new FakeLineServer(FakeDovecot::serve);
    }

    /** As {@code smtpd_sasl_path} wants it. */
    public String address() {
        return server.address();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static void serve(BufferedReader in, OutputStream out) throws IOException {
        say(out, GREETING);
        Dialogue dialogue = new Dialogue();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t", -1);
            if (words[0].equals("AUTH") || words[0].equals("CONT")) {
                say(out, dialogue.answer(words) + "\n");
            }
        }
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** One client's attempt. */
    private static final class Dialogue {
        private String mechanism = "";
        private String user = "";

        String answer(String[] words) {
            String response = "";
            boolean given = false;
            if (words[0].equals("AUTH")) {
                mechanism = words[2].toUpperCase(Locale.ROOT);
                user = "";
                for (String word : words) {
                    if (word.startsWith("resp=")) {
                        response = word.substring("resp=".length());
                        given = true;
                    }
                }
            } else {
                response = words.length > 2 ? words[2] : "";
                given = true;
            }
            if (response.equals("=")) {
                response = "";
            }
            String id = words[1];
            try {
                return answer(id, given, new String(Base64.getDecoder().decode(response), StandardCharsets.ISO_8859_1));
            } catch (IllegalArgumentException _) {
                return "FAIL\t" + id + "\treason=Invalid base64 data";
            }
        }

        private String answer(String id, boolean given, String response) {
            if (mechanism.equals("PLAIN")) {
                String[] parts = response.split("\0", -1);
                if (!given) {
                    return "CONT\t" + id + "\t";
                }
                return parts.length == 3 ? verdict(id, parts[1], parts[2]) : "FAIL\t" + id + "\treason=invalid input";
            }
            if (!given) {
                return "CONT\t" + id + "\tVXNlcm5hbWU6";
            }
            if (user.isEmpty()) {
                user = response;
                return "CONT\t" + id + "\tUGFzc3dvcmQ6";
            }
            return verdict(id, user, response);
        }

        private static String verdict(String id, String name, String password) {
            return switch (password) {
                case "later" -> "FAIL\t" + id + "\tuser=" + name + "\ttemp";
                case "secret" -> name.equals("joe") || name.equals("ann")
                        ? "OK\t" + id + "\tuser=" + name
                        : "FAIL\t" + id + "\tuser=" + name;
                default -> "FAIL\t" + id + "\tuser=" + name;
            };
        }
    }
}
