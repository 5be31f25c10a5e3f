package org.postrider.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.postrider.common.config.Configuration;
import org.postrider.common.config.HostFacts;
import org.postrider.common.lookup.Tables;
import org.postrider.common.posix.Accounts;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Sockets;

/**
 * The training run of the daemons' ahead-of-time cache: does in one process what every daemon does at its start and with
 * its first message, so that the cache holds not only the classes but also the lambdas and the links to the C library, which cost more
 * to make than the classes to load.
 * Arguments: a list of classes to load, a folder with main.cf and master.cf, a folder to work in.
 */
public final class RunDaemons {
    private RunDaemons() {}

    public static void main(String[] arguments) throws IOException {
        LoadClasses.main(arguments);
        Configuration configuration = Configuration.read(Path.of(arguments[1]), HostFacts.ask());
        configuration.services().forEach(configuration::parameters);
        Path folder = Path.of(arguments[2]);
        callSystem(folder);
        patterns(folder);
        TrainingSuite.run(configuration, Files.createDirectory(folder.resolve("spool")));
    }

    /** Both libraries of patterns, and a file of each kind. */
    private static void patterns(Path folder) throws IOException {
        Files.writeString(folder.resolve("rules"), "/^(a)$/ $1\n");
        Files.writeString(folder.resolve("blocks"), "192.0.2.0/24 x\n");
        Tables tables = new Tables(folder, InstantSource.system());
        for (String name : List.of("regexp:rules", "pcre:rules", "cidr:blocks")) {
            var _ = tables.open(name).find("a");
        }
    }

    private static void callSystem(Path folder) throws IOException {
        Path socket = folder.resolve("system.socket");
        int listener = Sockets.listenUnix(socket, 1);
        int client = Sockets.unixStream();
        Sockets.connectUnix(client, socket.toString());
        int server = Sockets.accept(listener);
        Sockets.Peer _ = Sockets.peer(server);
        int _ = Sockets.send(client, new byte[]{'x'});
        int[] _ = Poll.await(new int[]{server}, new int[]{Poll.READABLE}, 1000);
        int _ = Descriptors.read(server, new byte[1]);
        for (int descriptor : new int[]{listener, client, server}) {
            Descriptors.close(descriptor);
        }
        datagram(folder.resolve("datagram.socket"));
        var _ = Accounts.byUid(Identity.effectiveUid());
        FileLocks.tryShared(Files.writeString(folder.resolve("lock"), "")).ifPresent(FileLocks.Held::close);
    }

    private static void datagram(Path path) throws PosixException {
        int reader = Sockets.bindDatagram(path);
        int writer = Sockets.unixDatagram();
        Sockets.connectUnix(writer, path.toString());
        int _ = Sockets.send(writer, new byte[]{'x'});
        Descriptors.close(writer);
        Descriptors.close(reader);
    }
}
