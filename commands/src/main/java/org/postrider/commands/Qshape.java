package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.Processes;
import org.postrider.common.queue.CorruptQueueFileException;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueScan;

/**
 * qshape(1): how the mail in some queues is spread over domains and ages. Reads the queue's files, so it is for the super-user and
 * mail_owner. On a terminal it shows what it has after every {@code -N} messages; memory grows with the number of domains only.
 */
public final class Qshape {
    private static final String USAGE = "usage: qshape [-s (senders)] [-p (parent domains)] [-m min_subdomains]"
            + " [-b bucket_count] [-t bucket_time] [-l (linear)] [-w terminal_width] [-N batch_msg_count]"
            + " [-n batch_top_domains] [-c config_directory] [queue_name...]";
    private static final String NULL_SENDER = "MAILER-DAEMON";
    private static final String CLEAR_SCREEN = "\33[H\33[2J\33[3J";
    private static final int BATCH = 100;

    private final Console console;
    private final InstantSource clock;
    private final boolean terminal;
    private boolean senders;
    private boolean parents;
    private int leastSubdomains = 5;
    private int buckets = 10;
    private int minutes = 5;
    private boolean linear;
    private int width = 80;
    private int batchMessages = 1000;
    private int topRows = 20;
    private String configuration = "";

    private Qshape(Console console, InstantSource clock, boolean terminal) {
        this.console = console;
        this.clock = clock;
        this.terminal = terminal;
    }

    public static void main(String[] arguments) {
        Console console = Console.ofProcess("qshape");
        int status = run(List.of(arguments), console, InstantSource.system(), Processes.isTerminal(1));
        console.out().flush();
        System.exit(status);
    }

    static int run(List<String> arguments, Console console, InstantSource clock, boolean terminal) {
        return new Qshape(console, clock, terminal).run(arguments);
    }

    private int run(List<String> arguments) {
        try {
            Options options = Options.parse("spm:b:t:lw:N:n:c:", arguments);
            for (Options.Option option : options.given()) {
                take(option);
            }
            List<String> queues = options.operands().isEmpty() ? List.of("incoming", "active") : options.operands();
            DomainAges ages = new DomainAges(buckets, minutes, linear);
            Path root = Path.of(CommandParameters.read(configuration.isEmpty() ? null : configuration,
                    console.environment()).string("queue_directory"));
            for (String queue : queues) {
                scan(root.resolve(queue), ages);
            }
            show(ages);
            return 0;
        } catch (UsageException e) {
            console.err().print(console.command() + ": " + e.getMessage() + "\n");
            return console.fatal(USAGE);
        } catch (ConfigurationException | IOException e) {
            return console.fatal(e);
        }
    }

    private void take(Options.Option option) throws UsageException {
        switch (option.letter()) {
            case 's' -> senders = true;
            case 'p' -> parents = true;
            case 'l' -> linear = true;
            case 'c' -> configuration = option.value();
            case 'm' -> leastSubdomains = number(option, leastSubdomains);
            case 'b' -> buckets = Math.min(number(option, buckets), DomainAges.MOST_BUCKETS);
            case 't' -> minutes = number(option, minutes);
            case 'w' -> width = Math.max(width, number(option, width));
            case 'N' -> batchMessages = number(option, batchMessages);
            default -> topRows = number(option, topRows);
        }
    }

    /** What is not above zero means the default. */
    private static int number(Options.Option option, int missing) throws UsageException {
        try {
            int number = Integer.parseInt(option.value());
            return number > 0 ? number : missing;
        } catch (NumberFormatException _) {
            throw new UsageException("option -" + option.letter() + ": not a number: " + option.value());
        }
    }

    private void scan(Path queue, DomainAges ages) throws IOException {
        if (!Files.isDirectory(queue)) {
            console.warn("no such queue: " + queue);
            return;
        }
        try (QueueScan scan = new QueueScan(queue)) {
            for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                if (count(entry.get().path(), ages) && terminal && ages.messages() % batchMessages == 0) {
                    show(ages);
                }
            }
        }
    }

    /** Counts one message; false for what is none, or not any more. */
    private boolean count(Path path, DomainAges ages) throws IOException {
        try {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE)) {
                return false;
            }
            try (QueueFile file = QueueFile.open(path)) {
                count(file, ages);
            }
            return true;
        } catch (NoSuchFileException _) {
            return false;
        } catch (CorruptQueueFileException e) {
            console.warn(path + ": " + e.getMessage());
            return false;
        }
    }

    private void count(QueueFile file, DomainAges ages) throws IOException {
        var envelope = file.envelope();
        Instant now = clock.instant();
        ages.message();
        if (senders) {
            ages.add(envelope.sender().isEmpty() ? NULL_SENDER : domain(envelope.sender()), envelope.arrived(), now);
            return;
        }
        QueueFile.Batch batch = new QueueFile.Batch(List.of(), 0);
        do {
            batch = file.recipients(batch.next(), BATCH);
            for (Recipient recipient : batch.recipients()) {
                ages.add(domain(recipient.address()), envelope.arrived(), now);
            }
        } while (!batch.isLast());
    }

    /** What follows the last at sign, lower case, without a dot at the end; an address without at sign is its own domain. */
    private static String domain(String address) {
        String domain = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        return domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    }

    private void show(DomainAges ages) {
        if (terminal) {
            console.out().print(CLEAR_SCREEN);
        }
        ages.print(console.out(), width, parents ? leastSubdomains : 0, terminal ? topRows : Integer.MAX_VALUE);
        console.out().flush();
    }
}
