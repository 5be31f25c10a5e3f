package org.postrider.tables.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.tables.TestTables;

/** A server that lies about the size of what it sends: in its messages as such, and to the real driver. */
class PgsqlMessagesTest {
    private static byte[] message(char type, byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(out);
        data.writeByte(type);
        data.writeInt(body.length + 4);
        data.write(body);
        return out.toByteArray();
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] message(char type, Body body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.write(new DataOutputStream(out));
        return message(type, out.toByteArray());
    }

    /** A row with one value, whose length is said to be this. */
    private static byte[] row(int length, String value) throws IOException {
        return message('D', out -> {
            out.writeShort(1);
            out.writeInt(length);
            out.writeBytes(value);
        });
    }

    private static byte[] all(byte[]... messages) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] one : messages) {
            out.write(one);
        }
        return out.toByteArray();
    }

    /** Reads in pieces of random length. */
    private static byte[] read(byte[] sent, long seed) throws IOException {
        Random random = new Random(seed);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (InputStream in = new PgsqlMessages(new ByteArrayInputStream(sent))) {
            byte[] buffer = new byte[40];
            int count;
            while ((count = in.read(buffer, 0, 1 + random.nextInt(buffer.length))) > 0) {
                got.write(buffer, 0, count);
            }
        }
        return got.toByteArray();
    }

    @Test
    void whatIsRightPasses() throws IOException {
        byte[] several = message('D', out -> {
            out.writeShort(3);
            out.writeInt(2);
            out.writeBytes("ab");
            out.writeInt(-1);
            out.writeInt(0);
        });
        byte[] sent = all(new byte[]{'N'}, message('R', new byte[4]), message('I', new byte[0]), row(5, "value"),
                several, message('D', new byte[2]), row(0, ""), message('Z', new byte[]{'I'}));
        for (int seed = 0; seed < 50; seed++) {
            assertThat(read(sent, seed)).isEqualTo(sent);
        }
        byte[] encrypted = {'S', 'D', 0x7f, 0x7f, 0x7f, 0x7f};
        assertThat(read(encrypted, 1)).isEqualTo(encrypted);
    }

    @Test
    void whatIsTooLongIsAnError() throws IOException {
        for (byte[] sent : List.of(row(6, "value"), row(Integer.MAX_VALUE, "value"), row(-2, ""),
                message('D', new byte[]{0}), message('D', new byte[]{0, 1, 0}), new byte[]{'E', 0x7f, 0, 0, 0},
                new byte[]{'R', 0, 0, 0, 3}, new byte[]{'R', (byte) 0xff, 0, 0, 0})) {
            assertThatThrownBy(() -> read(sent, 3)).isInstanceOf(IOException.class)
                    .hasMessageStartingWith("the server ");
        }
    }

    /** As the driver and then its TLS layer do: what follows an {@code S} is none of ours, whoever reads it. */
    @Test
    void anEncryptedConnectionPassesThroughBothStreams() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket client = new PgsqlNetworkFactory().createSocket()) {
            client.connect(server.getLocalSocketAddress());
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write(new byte[]{'S', 0x16, 3, 3, 0x7f, 0x7f});
                assertThat(client.getInputStream().read()).isEqualTo('S');
                assertThat(client.getInputStream().readNBytes(5)).containsExactly(0x16, 3, 3, 0x7f, 0x7f);
            }
        }
    }

    private static void serve(ServerSocket server, byte[] answer) {
        Thread.ofPlatform().daemon(true).start(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    converse(new DataInputStream(client.getInputStream()),
                            new DataOutputStream(client.getOutputStream()), answer);
                } catch (IOException _) {
                    // The driver hung up, or the test ends.
                }
            }
        });
    }

    /** Lets everybody in and has one answer to every query. */
    private static void converse(DataInputStream in, DataOutputStream out, byte[] answer) throws IOException {
        int length = in.readInt();
        if (length == 8) {
            in.readInt();
            out.writeByte('N');
            length = in.readInt();
        }
        in.skipNBytes(length - 4);
        byte[] ready = message('Z', new byte[]{'I'});
        out.write(message('R', new byte[4]));
        for (String setting : List.of("server_version\00015.0\0", "client_encoding\0UTF8\0",
                "DateStyle\0ISO, MDY\0", "standard_conforming_strings\0on\0", "integer_datetimes\0on\0")) {
            out.write(message('S', setting.getBytes(StandardCharsets.US_ASCII)));
        }
        out.write(ready);
        while (true) {
            int type = in.read();
            if (type < 0 || type == 'X') {
                return;
            }
            in.skipNBytes(in.readInt() - 4);
            out.write(message('T', body -> {
                body.writeShort(1);
                body.writeBytes("x\0");
                body.writeInt(0);
                body.writeShort(0);
                body.writeInt(25);
                body.writeShort(-1);
                body.writeInt(-1);
                body.writeShort(0);
            }));
            out.write(answer);
            out.write(message('C', "SELECT 1\0".getBytes(StandardCharsets.US_ASCII)));
            out.write(ready);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, true", "3, false", "2147483647, false", "1000000000, false"})
    void theDriverIsNotTakenIn(int length, boolean answers) throws IOException {
        List<String> complaints = Collections.synchronizedList(new ArrayList<>());
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            serve(server, row(length, "on"));
            LookupTable table = new PgsqlType().open("pgsql:x", "{{hosts = inet:127.0.0.1:" + server.getLocalPort()
                    + "} {dbname = x} {query = select '%s'} {timeout = 2} {user = u} {password = p}}",
                    TestTables.complainingTo(complaints));
            LookupResult result = table.find("key");
            if (answers) {
                assertThat(result).isEqualTo(new LookupResult.Found("on"));
            } else {
                assertThat(result).isInstanceOf(LookupResult.Unavailable.class);
                assertThat(String.join("\n", complaints)).contains("connect to pgsql server");
            }
        }
    }
}
