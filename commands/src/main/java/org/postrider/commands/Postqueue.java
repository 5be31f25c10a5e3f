package org.postrider.commands;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.dns.DomainName;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.queue.QueueId;

/**
 * postqueue(1): lists the queue ({@code -p}, {@code -j}), says what a message waits for ({@code --why}, ours) through public/showq and asks public/flush for deliveries ({@code -f},
 * {@code -i}, {@code -s}). Runs as anybody: the services know from the kernel who asks.
 */
public final class Postqueue {
    private static final String USAGE = "usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p"
            + " | postqueue -s site | postqueue --why queueid";

    /** Stands for {@code --why}. */
    private static final char WHY = '?';

    private final Console console;
    private String configuration = "";
    private char action;
    private String target = "";

    private Postqueue(Console console) {
        this.console = console;
    }

    public static void main(String[] arguments) {
        Console console = Console.ofLoggedProcess("postqueue");
        int status = run(List.of(arguments), console);
        console.out().flush();
        System.exit(status);
    }

    static int run(List<String> arguments, Console console) {
        return new Postqueue(console).run(arguments);
    }

    private int run(List<String> arguments) {
        try {
            options(Options.parse("c:fi:jps:v", withoutWhy(arguments)));
            console.problems().configuration(configuration.isEmpty() ? null : configuration);
            Parameters parameters = CommandParameters.read(configuration.isEmpty() ? null : configuration,
                    console.environment());
            return switch (action) {
                case 'p' -> list(parameters, new QueueListing(console.out(), parameters.bool("enable_long_queue_ids"),
                        ZoneId.systemDefault()));
                case 'j' -> list(parameters, new QueueListingJson(console.out()));
                case WHY -> QueueId.parse(target).isEmpty()
                        ? complain("invalid queue ID: \"" + target + "\"")
                        : why(parameters);
                case 'f' -> ask(parameters, FlushRequest.all());
                case 'i' -> QueueId.parse(target).isEmpty()
                        ? complain("Cannot flush queue ID - invalid name: \"" + target + "\"")
                        : ask(parameters, FlushRequest.message(target));
                default -> DomainName.isSite(target)
                        ? ask(parameters, FlushRequest.site(target))
                        : complain("Cannot flush mail queue - invalid destination: \"" + target + "\"");
            };
        } catch (UsageException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.isEmpty()) {
                console.err().print(console.command() + ": " + problem + "\n");
            }
            int _ = console.fatal(USAGE);
            return SystemExit.UNAVAILABLE;
        } catch (ConfigurationException e) {
            int _ = console.fatal(e);
            return SystemExit.SOFTWARE;
        } catch (IOException e) {
            int _ = console.fatal(e);
            return SystemExit.UNAVAILABLE;
        }
    }

    /** Takes the one long option out of the command line. */
    private List<String> withoutWhy(List<String> arguments) throws UsageException {
        int at = arguments.indexOf("--why");
        if (at < 0) {
            return arguments;
        }
        if (at + 1 == arguments.size()) {
            throw new UsageException("option requires an argument -- 'why'");
        }
        action = WHY;
        target = arguments.get(at + 1);
        List<String> rest = new ArrayList<>(arguments);
        rest.subList(at, at + 2).clear();
        return rest;
    }

    private int why(Parameters parameters) throws IOException {
        QueueWhy report = new QueueWhy(console.out(), target, ZoneId.systemDefault());
        int status = list(parameters, report);
        return status == SystemExit.OK && !report.isFound()
                ? complain("no message with queue ID " + target)
                : status;
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
                        throw new UsageException("");
                    }
                    action = option.letter();
                    target = option.value();
                }
            }
        }
        if (action == 0 || !options.operands().isEmpty()) {
            throw new UsageException("");
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
        String denied = new ShowqAnswer(in, report).read();
        return denied.isEmpty() ? SystemExit.OK : complain(denied);
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

    private int ask(Parameters parameters, FlushRequest request) throws IOException {
        LocalSocket socket;
        try {
            socket = LocalSocket.connect(Path.of(parameters.string("queue_directory"), "public/flush"))
                    .within(parameters.time("trigger_timeout"));
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
        } catch (ClosedChannelException _) {
            return complain("Cannot flush mail queue - no answer in time");
        }
    }

    private int complain(String text) {
        int _ = console.fatal(text);
        return SystemExit.UNAVAILABLE;
    }
}
