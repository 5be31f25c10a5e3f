package org.postrider.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/** postkick(1): sends a request to a service: {@code postkick public qmgr D}. */
public final class Postkick {
    private Postkick() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), Console.ofProcess("postkick")));
    }

    static int run(List<String> arguments, Console console) {
        try {
            Options options = Options.parse("c:v", arguments);
            @Nullable
            String configuration = null;
            for (Options.Option option : options.given()) {
                if (option.letter() == 'c') {
                    configuration = option.value();
                }
            }
            List<String> operands = options.operands();
            if (operands.size() != 3) {
                throw new UsageException("usage: postkick [-c config_dir] [-v] class service request");
            }
            Parameters parameters = CommandParameters.read(configuration, console.environment());
            return kick(parameters, operands, console);
        } catch (UsageException | ConfigurationException e) {
            return console.fatal(e);
        }
    }

    private static int kick(Parameters parameters, List<String> operands, Console console) {
        Path queue = Path.of(parameters.string("queue_directory"));
        String name = operands.get(0) + "/" + operands.get(1);
        try (LocalSocket socket = LocalSocket.connect(queue.resolve(name))
                .within(parameters.time("trigger_timeout"))) {
            socket.out().write(operands.get(2).getBytes(StandardCharsets.ISO_8859_1));
            socket.out().flush();
            return 0;
        } catch (IOException e) {
            console.warn("unable to look up " + name + ": " + e.getMessage());
            console.warn("Cannot contact class " + operands.get(0) + " service " + operands.get(1)
                    + " - perhaps the mail system is down");
            return 1;
        }
    }
}
