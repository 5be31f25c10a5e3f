package org.postrider.master;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.Processes;
import org.postrider.common.wire.Connection;

/** A daemon for the tests of master: says its mail_name, stress and process ids, then echoes bytes; {@code !} makes it crash. */
final class ToyDaemon implements Program {
    public static void main(String[] arguments) {
        Daemon.run(new ToyDaemon(), arguments);
    }

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) {
        if (context.parameters().raw("mail_name").equals("bad")) {
            throw new ConfigurationException("bad mail_name: bad");
        }
        String greeting = context.serviceName() + " " + context.parameters().string("mail_name") + " stress="
                + context.parameters().string("stress") + " uid=" + Identity.effectiveUid() + " pid=" + Identity.pid();
        Path woken = context.queueDirectory().resolve("saved/woken");
        return new Service() {
            @Override
            public void converse(Connection connection) throws IOException {
                connection.out().write((greeting + "\n").getBytes(StandardCharsets.ISO_8859_1));
                connection.out().flush();
                for (int b = connection.in().read(); b >= 0; b = connection.in().read()) {
                    if (b == '!') {
                        Processes.exit(7);
                    }
                    connection.out().write(b);
                    connection.out().flush();
                }
            }

            @Override
            public void wakeup() {
                try {
                    Files.writeString(woken, context.serviceName() + "\n", StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        };
    }
}
