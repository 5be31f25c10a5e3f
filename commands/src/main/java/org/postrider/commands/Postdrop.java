package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupStatus;

/**
 * postdrop(1): hands queue records on standard input to the mail system and prints the answer, an attribute list, on standard
 * output. No set-gid program here: the service behind public/postdrop knows the caller from the kernel and trusts nothing it says.
 */
public final class Postdrop {
    private Postdrop() {}

    public static void main(String[] arguments) {
        Console console = Console.ofLoggedProcess("postdrop");
        int status = run(List.of(arguments), console);
        console.out().flush();
        System.exit(status);
    }

    static int run(List<String> arguments, Console console) {
        try {
            @Nullable
            String configuration = null;
            for (Options.Option option : Options.parse("c:rv", arguments).given()) {
                if (option.letter() == 'c') {
                    configuration = option.value();
                }
            }
            console.problems().configuration(configuration);
            Parameters parameters = CommandParameters.read(configuration, console.environment());
            return submit(Path.of(parameters.string("queue_directory")), console);
        } catch (UsageException e) {
            int _ = console.fatal("usage: postdrop [-c config_dir] [-rv]: " + e.getMessage());
            return SystemExit.USAGE;
        } catch (ConfigurationException e) {
            int _ = console.fatal(e);
            return SystemExit.SOFTWARE;
        } catch (IOException e) {
            int _ = console.fatal("mail system is down: " + e.getMessage());
            return SystemExit.TEMPORARY;
        }
    }

    private static int submit(Path queue, Console console) throws IOException {
        try (LocalSocket socket = LocalSocket.connect(queue.resolve("public/postdrop"))) {
            console.in().transferTo(socket.out());
            socket.out().flush();
            Attributes answer = Attributes.read(socket.in());
            CleanupStatus status = CleanupStatus.fromAttributes(answer);
            if ((status.bits() & CleanupStatus.NOT_PERMITTED) != 0) {
                return console.fatal(status.reason());
            }
            answer.write(console.out());
            if (status.succeeded()) {
                return SystemExit.OK;
            }
            return status.temporary() ? SystemExit.TEMPORARY : SystemExit.UNAVAILABLE;
        }
    }
}
