package org.postrider.common.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A policy server (SMTPD_POLICY_README) that says what its policy_context tells it to say. {@code close} closes the connection,
 * {@code nonsense} is no answer, {@code show NAME...} refuses with these attributes, anything else is the action; without a
 * context it has no opinion.
 */
public final class FakePolicyServer implements AutoCloseable {
    private final FakeLineServer server;

    public FakePolicyServer() throws IOException {
        server = new FakeLineServer(FakePolicyServer::serve);
    }

    /** As check_policy_service wants it. */
    public String address() {
        return server.address();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static void serve(BufferedReader in, OutputStream out) throws IOException {
        Map<String, String> request = new HashMap<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                request.put(line.substring(0, equals), line.substring(equals + 1));
            } else if (!answer(request, out)) {
                return;
            } else {
                request.clear();
            }
        }
    }

    private static boolean answer(Map<String, String> request, OutputStream out) throws IOException {
        String context = request.getOrDefault("policy_context", "");
        if (context.equals("close")) {
            return false;
        }
        String answer = "action=DUNNO";
        if (context.equals("nonsense")) {
            answer = "what=ever";
        } else if (context.startsWith("show ")) {
            answer = "action=REJECT " + Stream.of(context.substring("show ".length()).split(" ", -1))
                    .map(name -> name + "=" + request.getOrDefault(name, "(none)")).collect(Collectors.joining(" "));
        } else if (!context.isEmpty()) {
            answer = "action=" + context;
        }
        out.write((answer + "\n\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return true;
    }
}
