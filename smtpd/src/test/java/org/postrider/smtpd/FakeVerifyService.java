package org.postrider.smtpd;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.postrider.common.ipc.Attributes;

/** Postfix's verify(8), at its socket, with what {@link FakeWorld} says of addresses. */
final class FakeVerifyService implements AutoCloseable {
    private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);

    FakeVerifyService(Path socket) throws IOException {
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        Thread.ofPlatform().daemon().start(this::accept);
    }

    private void accept() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                serve(new BufferedInputStream(Channels.newInputStream(client)), Channels.newOutputStream(client));
            } catch (IOException _) {
                // The client has gone, or this service is closed.
            }
        }
    }

    private static void serve(InputStream in, OutputStream out) throws IOException {
        // Spelt as Postfix spells it.
        new Attributes().put("protocol", "address_verification_prrotocol").write(out);
        out.flush();
        for (Optional<Attributes> asked = Attributes.readIfAny(in); asked.isPresent(); asked = Attributes
                .readIfAny(in)) {
            String address = asked.get().get("address");
            FakeWorld.verification(address.substring(0, address.indexOf('@'))).toAttributes().write(out);
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
