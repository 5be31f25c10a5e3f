package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.FlushRequest;

/**
 * postqueue(1): lists the queue ({@code -p}, {@code -j}) through public/showq and asks public/flush for deliveries ({@code -f},
 * {@code -i}, {@code -s}). Runs as anybody: the services know from the kernel who asks.
 */
public final class Postqueue {
    private static final String USAGE = "usage: postqueue [-c config_dir] -f | -i queueid | -j | -p | -s site";

    private final Console console;
    private String configuration = "";
    private char action;
    private String target = "";

    private Postqueue(Console console) {
        this.console = console;
    }

    public static void main(String[] arguments) {
        Console console = Console.ofProcess("postqueue");
        int status = run(List.of(arguments), console);
        console.out().flush();
        System.exit(status);
    }

    static int run(List<String> arguments, Console console) {
        return new Postqueue(console).run(arguments);
    }

    private int run(List<String> arguments) {
        try {
            options(Options.parse("c:fi:jps:v", arguments));
            Parameters parameters = CommandParameters.read(configuration.isEmpty() ? null : configuration,
                    console.environment());
            Path queue = Path.of(parameters.string("queue_directory"));
            return switch (action) {
                case 'p' -> list(queue, new QueueListing(console.out(), parameters.bool("enable_long_queue_ids"),
                        parameters.string("empty_address_recipient"), ZoneId.systemDefault()));
                case 'j' -> list(queue, new QueueListingJson(console.out()));
                case 'f' -> ask(queue, FlushRequest.all());
                case 'i' -> ask(queue, FlushRequest.message(target));
                default -> ask(queue, FlushRequest.site(target));
            };
        } catch (UsageException e) {
            int _ = console.fatal(e);
            console.err().println(USAGE);
            return SystemExit.USAGE;
        } catch (ConfigurationException e) {
            int _ = console.fatal(e);
            return SystemExit.SOFTWARE;
        } catch (IOException e) {
            int _ = console.fatal(e);
            return SystemExit.UNAVAILABLE;
        }
    }

    private void options(Options options) throws UsageException {
        for (Options.Option option : options.given()) {
            switch (option.letter()) {
                case 'c' -> configuration = option.value();
                case 'v' -> {
                    // One line more or less is not worth it here.
                }
                default -> {
                    if (action != 0) {
                        throw new UsageException("specify one of -f, -i, -j, -p, or -s");
                    }
                    action = option.letter();
                    target = option.value();
                }
            }
        }
        if (action == 0 || !options.operands().isEmpty()) {
            throw new UsageException("specify one of -f, -i, -j, -p, or -s");
        }
    }

    private int list(Path queue, QueueReport report) throws IOException {
        try (LocalSocket socket = connect(queue, "public/showq", "Queue report unavailable - mail system is down")) {
            Attributes message = Attributes.read(socket.in());
            String denied = message.get("denied", "");
            if (!denied.isEmpty()) {
                complain(denied);
                return SystemExit.UNAVAILABLE;
            }
            while (!message.asMap().isEmpty()) {
                report.message(message.get("queue_name"), message.get("queue_id"), message.number("size", 0),
                        message.number("time", 0), message.flag("forced_expire"), message.get("sender", ""));
                Attributes recipient = Attributes.read(socket.in());
                while (!recipient.asMap().isEmpty()) {
                    report.recipient(recipient.get("recipient"), recipient.get("original_recipient", ""),
                            recipient.get("reason", ""), recipient.get("log_class", ""));
                    recipient = Attributes.read(socket.in());
                }
                message = Attributes.read(socket.in());
            }
        }
        report.end();
        return SystemExit.OK;
    }

    private int ask(Path queue, FlushRequest request) throws IOException {
        try (LocalSocket socket = connect(queue, "public/flush", "Cannot flush mail queue - mail system is down")) {
            request.toAttributes().write(socket.out());
            socket.out().flush();
            Attributes answer = Attributes.read(socket.in());
            switch (FlushRequest.status(answer)) {
                case OK -> {
                    return SystemExit.OK;
                }
                case DENIED -> complain(answer.get("reason", "Permission denied"));
                case BAD -> complain("bad request: \"" + target + "\"");
                case FAILED -> complain("Mail queue flush failed");
                case UNKNOWN_SITE -> complain("Flush service is not configured for destination \""
                        + target + "\"");
            }
            return SystemExit.UNAVAILABLE;
        }
    }

    private void complain(String text) {
        int _ = console.fatal(text);
    }

    private static LocalSocket connect(Path queue, String socket, String whenDown) throws IOException {
        try {
            return LocalSocket.connect(queue.resolve(socket));
        } catch (IOException e) {
            throw new IOException(whenDown, e);
        }
    }
}
