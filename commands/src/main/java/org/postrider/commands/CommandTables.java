package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.ProxymapClient;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.lookup.ProxyService;
import org.postrider.common.lookup.TableFiles;
import org.postrider.common.lookup.TablePlugins;
import org.postrider.common.lookup.TableServices;

/**
 * How the tables of a command come to main.cf, to plug-ins and to proxymap(8). Nothing is read or connected before a table needs
 * it; then it is kept. For the one thread of a command.
 */
final class CommandTables {
    private final @Nullable String option;
    private final Map<String, String> environment;
    private @Nullable Parameters read;

    private CommandTables(@Nullable String option, Map<String, String> environment) {
        this.option = option;
        this.environment = environment;
    }

    /** @param option the value of {@code -c}, if there was one */
    static TableServices services(@Nullable String option, Map<String, String> environment) {
        CommandTables tables = new CommandTables(option, environment);
        return new TableServices(tables::parameters, TablePlugins.ofImage(),
                Optional.of(tables.proxy("proxymap_service_name")),
                Optional.of(tables.proxy("proxywrite_service_name")), TableFiles.ofCommand());
    }

    private Parameters parameters() {
        Parameters known = read;
        if (known == null) {
            known = CommandParameters.read(option, environment);
            read = known;
        }
        return known;
    }

    private ProxyService proxy(String parameter) {
        return new ProxymapClient(() -> parameters().string(parameter), new Caller(parameter));
    }

    /** One connection to a service, made again when it breaks. */
    private final class Caller implements ProxymapClient.Caller {
        private final String parameter;
        private @Nullable LocalSocket socket;

        Caller(String parameter) {
            this.parameter = parameter;
        }

        @Override
        public Attributes call(Attributes request) throws IOException {
            LocalSocket open = socket;
            if (open == null) {
                open = connect();
                socket = open;
            }
            try {
                request.write(open.out());
                open.out().flush();
                return ProxymapClient.answer(open.in());
            } catch (IOException e) {
                socket = null;
                open.close();
                throw e;
            }
        }

        private LocalSocket connect() throws IOException {
            Path path = Path.of(parameters().string("queue_directory"), "private", parameters().string(parameter));
            try {
                return LocalSocket.connect(path);
            } catch (IOException e) {
                throw new IOException("connect to " + path + ": " + e.getMessage(), e);
            }
        }
    }
}
