package org.postrider.commands;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.queue.CorruptQueueFileException;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFileRecords;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;

/** postcat(1): shows the records of queue files, by path, by queue id ({@code -q}), or from standard input. */
public final class Postcat {
    private static final String USAGE = "usage: postcat [-b (body text)] [-c config_dir] [-d (decimal record type)]"
            + " [-e (envelope records)] [-h (header text)] [-q (access queue)] [-v] [file(s)...]";
    private static final QueueName[] SEARCHED = {QueueName.MAILDROP, QueueName.INCOMING, QueueName.ACTIVE,
            QueueName.DEFERRED, QueueName.HOLD, QueueName.CORRUPT};

    private final Console console;
    private boolean searchQueue;
    private long offset;
    private @Nullable String configuration;

    private Postcat(Console console) {
        this.console = console;
    }

    public static void main(String[] arguments) {
        Console console = Console.ofProcess("postcat");
        int status = run(List.of(arguments), console);
        console.out().flush();
        System.exit(status);
    }

    static int run(List<String> arguments, Console console) {
        return new Postcat(console).run(arguments);
    }

    private int run(List<String> arguments) {
        RecordPrinter.Style style;
        List<String> operands;
        try {
            Options options = Options.parse("bc:defhoqrs:v", arguments);
            style = style(options);
            operands = options.operands();
        } catch (UsageException e) {
            console.err().print(console.command() + ": " + e.getMessage() + "\n");
            return console.fatal(USAGE);
        } catch (NumberFormatException e) {
            return console.fatal("bad offset: " + e.getMessage());
        }
        try {
            show(operands, style);
            return 0;
        } catch (CorruptQueueFileException _) {
            return console.fatal("record read error");
        } catch (IOException | ConfigurationException e) {
            return console.fatal(String.valueOf(e.getMessage()));
        }
    }

    private RecordPrinter.Style style(Options options) throws UsageException {
        StringBuilder letters = new StringBuilder();
        for (Options.Option option : options.given()) {
            switch (option.letter()) {
                case 'c' -> configuration = option.value();
                case 'q' -> searchQueue = true;
                case 's' -> offset = offset(option.value());
                default -> letters.append(option.letter());
            }
        }
        String given = letters.toString();
        boolean all = given.indexOf('b') < 0 && given.indexOf('e') < 0 && given.indexOf('h') < 0;
        return new RecordPrinter.Style(all || given.indexOf('e') >= 0, all || given.indexOf('h') >= 0,
                all || given.indexOf('b') >= 0, given.indexOf('o') >= 0, given.indexOf('d') >= 0,
                given.indexOf('f') >= 0, given.indexOf('v') >= 0, given.indexOf('r') >= 0);
    }

    private static long offset(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw new NumberFormatException(text);
            }
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new NumberFormatException(text);
        }
    }

    private void show(List<String> operands, RecordPrinter.Style style) throws IOException {
        if (searchQueue) {
            QueueDirectory queue = queue();
            for (String operand : operands) {
                showQueued(queue, operand, style);
            }
        } else if (operands.isEmpty()) {
            showInput(style);
        } else {
            for (String operand : operands) {
                showFile(Path.of(operand), operand, style);
            }
        }
    }

    private QueueDirectory queue() {
        Parameters parameters = CommandParameters.read(configuration, console.environment());
        return QueueDirectory.of(Path.of(parameters.string("queue_directory")), parameters);
    }

    private void showQueued(QueueDirectory queue, String text, RecordPrinter.Style style) throws IOException {
        QueueId id = QueueId.parse(text).orElseThrow(() -> new IOException("bad mail queue ID: " + text));
        Path path = queue.find(id, SEARCHED)
                .orElseThrow(() -> new IOException("open queue file " + text + ": No such file or directory"));
        showFile(path, queue.root().relativize(path).toString(), style);
    }

    /** Pointers lead anywhere in a file, so what comes by standard input is put into one first. */
    private void showInput(RecordPrinter.Style style) throws IOException {
        Path copy = Files.createTempFile("postcat", "");
        try (InputStream in = console.in()) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            showFile(copy, "stdin", style);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private void showFile(Path path, String name, RecordPrinter.Style style) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            QueueFileRecords records = new QueueFileRecords(channel, true);
            records.seek(offset);
            new RecordPrinter(console.out(), name, style, ZoneId.systemDefault()).print(records, offset > 0);
        } catch (RecordPrinter.NotAQueueFileException _) {
            console.warn(name + ": input is not a valid queue file");
        } catch (CorruptQueueFileException e) {
            console.warn(name + ": " + e.getMessage());
            throw e;
        } catch (NoSuchFileException _) {
            throw new IOException("open " + name + ": No such file or directory");
        }
    }
}
