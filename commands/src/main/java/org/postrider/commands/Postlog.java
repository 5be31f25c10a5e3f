package org.postrider.commands;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.LogDestinations;
import org.postrider.common.log.LogDestination;

/** postlog(1): writes its arguments, or the lines on standard input, to the mail log. */
public final class Postlog {

    private String tag = "";
    private String word = "";
    private int severity = 6;
    private boolean withPid = true;
    private @Nullable String configuration;

    private Postlog() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), Console.ofProcess("postlog")));
    }

    static int run(List<String> arguments, Console console) {
        return new Postlog().log(arguments, console);
    }

    private int log(List<String> arguments, Console console) {
        try {
            Options options = Options.parse("c:ip:t:v", arguments);
            for (Options.Option option : options.given()) {
                take(option);
            }
            Parameters parameters = CommandParameters.read(configuration, console.environment());
            if (tag.isEmpty()) {
                tag = console.environment().getOrDefault("MAIL_LOGTAG", parameters.string("syslog_name") + "/postlog");
            }
            try (LogDestination destination = LogDestinations.ofCommand(parameters,
                    Path.of(parameters.string("queue_directory")))) {
                write(options.operands(), console, destination);
                destination.flush();
            }
            return 0;
        } catch (UsageException | ConfigurationException | IOException e) {
            return console.fatal(e);
        }
    }

    private void take(Options.Option option) throws UsageException {
        switch (option.letter()) {
            case 'c' -> configuration = option.value();
            case 't' -> tag = option.value();
            case 'i' -> withPid = true;
            case 'p' -> priority(option.value());
            default -> {
                // -v
            }
        }
    }

    private void priority(String name) throws UsageException {
        word = name.equals("info") ? "" : (name.equals("warn") ? "warning" : name) + ": ";
        severity = switch (name) {
            case "info" -> 6;
            case "warn", "warning" -> 4;
            case "error" -> 3;
            case "fatal", "panic" -> 2;
            default -> throw new UsageException("-p: invalid priority: " + name);
        };
    }

    private void write(List<String> operands, Console console, LogDestination destination) throws IOException {
        if (!operands.isEmpty()) {
            line(String.join(" ", operands), destination);
            return;
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.ISO_8859_1));
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            line(text, destination);
        }
    }

    private void line(String text, LogDestination destination) throws IOException {
        String before = withPid ? tag + "[" + ProcessHandle.current().pid() + "]: " : tag + ": ";
        destination.write(severity, System.currentTimeMillis() * 1000, before + word + text);
    }
}
