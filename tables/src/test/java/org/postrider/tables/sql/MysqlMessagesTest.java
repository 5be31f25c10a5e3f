package org.postrider.tables.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.lookup.LookupResult;
import org.postrider.tables.TestTables;

/** A server that lies about the size of what it sends: in its messages as such, and to the real driver. */
class MysqlMessagesTest {
    /** What a server says first. */
    private static final byte[] GREETING = greeting();

    private static byte[] message(int number, byte[] body) {
        byte[] sent = new byte[4 + body.length];
        sent[0] = (byte) body.length;
        sent[1] = (byte) (body.length >> 8);
        sent[2] = (byte) (body.length >> 16);
        sent[3] = (byte) number;
        System.arraycopy(body, 0, sent, 4, body.length);
        return sent;
    }

    private static byte[] greeting() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(10);
        body.writeBytes("11.0.0-test\0".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(new byte[]{1, 0, 0, 0, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 0, 0x00, (byte) 0x82, 45, 2, 0,
                (byte) 0x08, 0, 21});
        body.writeBytes(new byte[10]);
        body.writeBytes("ijklmnopqrst\0mysql_native_password\0".getBytes(StandardCharsets.US_ASCII));
        return message(0, body.toByteArray());
    }

    /** Reads in pieces of random length. */
    private static byte[] read(byte[] sent, long seed) throws IOException {
        Random random = new Random(seed);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (InputStream in = new MysqlMessages(new ByteArrayInputStream(sent))) {
            byte[] buffer = new byte[40];
            int count = in.read(buffer, 0, 1 + random.nextInt(40));
            while (count >= 0) {
                got.write(buffer, 0, count);
                count = random.nextInt(5) == 0 ? one(in, buffer) : in.read(buffer, 0, 1 + random.nextInt(40));
            }
        }
        return got.toByteArray();
    }

    private static int one(InputStream in, byte[] buffer) throws IOException {
        int one = in.read();
        buffer[0] = (byte) one;
        return one < 0 ? -1 : 1;
    }

    @Test
    void messagesPassAsTheyAre() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] body = new byte[random.nextInt(i % 10 == 0 ? 70_000 : 60)];
            random.nextBytes(body);
            all.writeBytes(message(i, body));
        }
        for (int seed = 0; seed < 5; seed++) {
            assertThat(read(all.toByteArray(), seed)).isEqualTo(all.toByteArray());
        }
    }

    @Test
    void whatIsTooLongIsAnError() throws IOException {
        assertThat(read(new byte[]{0, 0, (byte) 0x80, 0}, 1)).hasSize(4);
        for (byte[] sent : List.of(new byte[]{1, 0, (byte) 0x80, 0}, new byte[]{-1, -1, -1, 0})) {
            assertThatThrownBy(() -> read(sent, 1)).isInstanceOf(IOException.class)
                    .hasMessageStartingWith("the server announces a message of ");
        }
    }

    /** In place of the greeting, and in place of the answer to the login. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDriverIsNotTakenIn(boolean atOnce) throws IOException {
        List<String> complaints = Collections.synchronizedList(new ArrayList<>());
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon(true).start(() -> lie(server, atOnce));
            assertThat(new MysqlType().open("mysql:x", "{{hosts = inet:127.0.0.1:" + server.getLocalPort()
                    + "} {dbname = x} {query = select '%s'} {timeout = 20} {user = u} {password = p}}",
                    TestTables.complainingTo(complaints)).find("key")).isInstanceOf(LookupResult.Unavailable.class);
            assertThat(String.join("\n", complaints)).contains("announces a message of 16777215 bytes");
        }
    }

    private static void lie(ServerSocket server, boolean atOnce) {
        byte[] lie = {-1, -1, -1, (byte) (atOnce ? 0 : 2)};
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                OutputStream out = client.getOutputStream();
                DataInputStream in = new DataInputStream(client.getInputStream());
                if (!atOnce) {
                    out.write(GREETING);
                    byte[] header = in.readNBytes(4);
                    in.skipNBytes((header[0] & 0xff) | (header[1] & 0xff) << 8);
                }
                out.write(lie);
                // Until the driver hangs up.
                in.readAllBytes();
            } catch (IOException _) {
                // The driver hung up, or the test ends.
            }
        }
    }
}
