package org.postrider.commands;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.dns.DomainName;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.queue.QueueId;

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
                case 'p' -> list(parameters, new QueueListing(console.out(), parameters.bool("enable_long_queue_ids"),
                        parameters.string("empty_address_recipient"), ZoneId.systemDefault()));
                case 'j' -> list(parameters, new QueueListingJson(console.out()));
                case 'f' -> ask(queue, FlushRequest.all());
                case 'i' -> QueueId.parse(target).isEmpty()
                        ? complain("Cannot flush queue ID - invalid name: \"" + target + "\"")
                        : ask(queue, FlushRequest.message(target));
                default -> DomainName.isSite(target)
                        ? ask(queue, FlushRequest.site(target))
                        : complain("Cannot flush mail queue - invalid destination: \"" + target + "\"");
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

    private int list(Parameters parameters, QueueReport report) throws IOException {
        Path queue = Path.of(parameters.string("queue_directory"));
        LocalSocket socket;
        try {
            socket = LocalSocket.connect(queue.resolve("public/showq"));
        } catch (IOException e) {
            return listWhileDown(parameters, report, e);
        }
        try (socket) {
            return print(socket.in(), report);
        }
    }

    private int print(InputStream in, QueueReport report) throws IOException {
        Attributes message = Attributes.read(in);
        String denied = message.get("denied", "");
        if (!denied.isEmpty()) {
            return complain(denied);
        }
        while (!message.asMap().isEmpty()) {
            report.message(message.get("queue_name"), message.get("queue_id"), message.number("size", 0),
                    message.number("time", 0), message.flag("forced_expire"), message.get("sender", ""));
            Attributes recipient = Attributes.read(in);
            while (!recipient.asMap().isEmpty()) {
                report.recipient(recipient.get("recipient"), recipient.get("original_recipient", ""),
                        recipient.get("reason", ""), recipient.get("log_class", ""));
                recipient = Attributes.read(in);
            }
            message = Attributes.read(in);
        }
        report.end();
        return SystemExit.OK;
    }

    /** Who may read the queue's directories sees it all the same. */
    private int listWhileDown(Parameters parameters, QueueReport report, IOException why) throws IOException {
        String reason = " (Connect to the Postfix showq service: " + why.getMessage() + ")";
        if (!Files.isReadable(Path.of(parameters.string("queue_directory"), "deferred"))) {
            return complain("Queue report unavailable - mail system is down" + reason);
        }
        console.warn("Mail system is down -- accessing queue directly" + reason);
        Path showq = Path.of(parameters.string("daemon_directory"), "showq");
        ProcessBuilder builder = new ProcessBuilder(showq.toString(), "-S").redirectError(Redirect.INHERIT);
        builder.environment().put("MAIL_CONFIG", parameters.string("config_directory"));
        Process process = builder.start();
        try (InputStream in = new BufferedInputStream(process.getInputStream())) {
            return print(in, report);
        }
    }

    private int ask(Path queue, FlushRequest request) throws IOException {
        LocalSocket socket;
        try {
            socket = LocalSocket.connect(queue.resolve("public/flush"));
        } catch (IOException _) {
            return complain("Cannot flush mail queue - mail system is down");
        }
        try (socket) {
            request.toAttributes().write(socket.out());
            socket.out().flush();
            Attributes answer = Attributes.read(socket.in());
            return switch (FlushRequest.status(answer)) {
                case OK -> SystemExit.OK;
                case DENIED -> complain(answer.get("reason", "Permission denied"));
                case BAD -> complain("bad request: \"" + target + "\"");
                case FAILED -> complain("Mail queue flush failed");
                case UNKNOWN_SITE -> complain("Flush service is not configured for destination \"" + target + "\"");
            };
        }
    }

    private int complain(String text) {
        int _ = console.fatal(text);
        return SystemExit.UNAVAILABLE;
    }
}
