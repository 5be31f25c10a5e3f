package org.postrider.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;

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
            Path queue = Path
                    .of(CommandParameters.read(configuration, console.environment()).string("queue_directory"));
            try (LocalSocket socket = LocalSocket.connect(queue.resolve(operands.get(0)).resolve(operands.get(1)))) {
                socket.out().write(operands.get(2).getBytes(StandardCharsets.ISO_8859_1));
                socket.out().flush();
            }
            return 0;
        } catch (UsageException | ConfigurationException | IOException e) {
            return console.fatal(e);
        }
    }
}
