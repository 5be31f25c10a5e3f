package org.postrider.tables.mongodb;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import javax.net.ServerSocketFactory;
import org.bson.BsonArray;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/**
 * Speaks MongoDB's wire protocol (OP_MSG, and OP_QUERY for a client's first word) as far as a client needs that only finds: hello,
 * find, getMore. What a query finds the test says.
 */
public final class FakeMongodb implements AutoCloseable {
    private static final int REPLY = 1;
    private static final int QUERY = 2004;
    private static final int MESSAGE = 2013;
    private static final int HEADER = 16;

    private final ServerSocket server;
    private final List<Socket> clients = Collections.synchronizedList(new ArrayList<>());
    private final List<BsonDocument> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile Function<BsonDocument, List<BsonDocument>> finds = _ -> List.of();
    private volatile int batch = 100;

    FakeMongodb(int port) throws IOException {
        this(ServerSocketFactory.getDefault(), port);
    }

    /**
     * Starts serving on the loopback interface.
     *
     * @param port 0 for any that is free
     */
    public FakeMongodb(ServerSocketFactory sockets, int port) throws IOException {
        server = sockets.createServerSocket(port, 20, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon(true).start(() -> {
            try {
                while (true) {
                    Socket client = server.accept();
                    clients.add(client);
                    Thread.ofPlatform().daemon(true).start(() -> serve(client));
                }
            } catch (IOException _) {
                // The test ends.
            }
        });
    }

    public int port() {
        return server.getLocalPort();
    }

    /** What the commands find that come now. */
    public void finds(Function<BsonDocument, List<BsonDocument>> answer) {
        finds = answer;
    }

    /** How many documents one answer has at most. */
    void batch(int most) {
        batch = most;
    }

    /** The find commands so far. */
    List<BsonDocument> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket client : List.copyOf(clients)) {
            client.close();
        }
    }

    private void serve(Socket client) {
        List<BsonDocument> rest = new ArrayList<>();
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            while (true) {
                byte[] header = in.readNBytes(HEADER);
                if (header.length < HEADER) {
                    return;
                }
                ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
                byte[] body = in.readNBytes(fields.getInt(0) - HEADER);
                int request = fields.getInt(4);
                boolean old = fields.getInt(12) == QUERY;
                int start = 5;
                if (old) {
                    // flags, name of the collection, how many to skip and to return
                    start = 4;
                    while (body[start] != 0) {
                        start++;
                    }
                    start += 9;
                }
                BsonDocument answer = answer(document(body, start), rest);
                client.getOutputStream().write(old ? oldReply(request, answer) : reply(request, answer));
            }
        } catch (IOException _) {
            // The client has gone.
        }
    }

    private static BsonDocument document(byte[] body, int start) {
        ByteBuffer bytes = ByteBuffer.wrap(body, start, body.length - start).slice().order(ByteOrder.LITTLE_ENDIAN);
        return new BsonDocumentCodec().decode(new BsonBinaryReader(bytes), DecoderContext.builder().build());
    }

    private BsonDocument answer(BsonDocument command, List<BsonDocument> rest) {
        return switch (command.getFirstKey()) {
            case "find" -> {
                asked.add(command);
                rest.clear();
                rest.addAll(finds.apply(command.getDocument("filter")));
                yield cursor(command, "firstBatch", rest);
            }
            case "getMore" -> cursor(command, "nextBatch", rest);
            case "hello", "isMaster", "ismaster" -> new BsonDocument("ismaster", BsonBoolean.TRUE)
                    .append("isWritablePrimary", BsonBoolean.TRUE).append("helloOk", BsonBoolean.TRUE)
                    .append("maxBsonObjectSize", new BsonInt32(16 << 20))
                    .append("maxMessageSizeBytes", new BsonInt32(48_000_000))
                    .append("maxWriteBatchSize", new BsonInt32(100_000)).append("minWireVersion", new BsonInt32(0))
                    .append("maxWireVersion", new BsonInt32(21)).append("readOnly", BsonBoolean.FALSE)
                    .append("ok", new BsonInt32(1));
            default -> new BsonDocument("ok", new BsonInt32(1));
        };
    }

    private BsonDocument cursor(BsonDocument command, String name, List<BsonDocument> rest) {
        List<BsonDocument> some = List.copyOf(rest.subList(0, Math.min(batch, rest.size())));
        rest.subList(0, some.size()).clear();
        String collection = command.containsKey("find") ? "find" : "collection";
        return new BsonDocument("cursor", new BsonDocument("id", new BsonInt64(rest.isEmpty() ? 0 : 7))
                .append("ns", new BsonString("mail." + command.getString(collection).getValue()))
                .append(name, new BsonArray(some))).append("ok", new BsonInt32(1));
    }

    private static byte[] reply(int request, BsonDocument answer) {
        return message(request, MESSAGE, new byte[5], answer);
    }

    /** Flags, a cursor's number, where it stands, and that there is one document. */
    private static byte[] oldReply(int request, BsonDocument answer) {
        return message(request, REPLY, ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putInt(16, 1).array(),
                answer);
    }

    private static byte[] message(int request, int code, byte[] before, BsonDocument answer) {
        BasicOutputBuffer out = new BasicOutputBuffer();
        new BsonDocumentCodec().encode(new BsonBinaryWriter(out), answer, EncoderContext.builder().build());
        byte[] document = out.toByteArray();
        return ByteBuffer.allocate(HEADER + before.length + document.length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(HEADER + before.length + document.length).putInt(1).putInt(request).putInt(code).put(before)
                .put(document).array();
    }
}
