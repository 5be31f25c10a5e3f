package org.postrider.commands;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.MailOwner;
import org.postrider.common.daemon.PidFile;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.PosixException;
import org.postrider.common.queue.JournalRecovery;
import org.postrider.common.queue.LocalDisk;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;

/**
 * postsuper(1): deletes, requeues, holds, releases and expires messages, and sets the queue's structure right, on a queue that
 * may be in use. For the super-user or the owner of the queue. What it did it says on standard error and in the mail log.
 */
public final class Postsuper {
    private static final String USAGE = "usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)]"
            + " [-f queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)]"
            + " [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)]"
            + " [-S (redundant structure fix)][-v (verbose)] [queue...]";
    private static final String ALL = "ALL";
    private static final Set<QueueName> NAMEABLE = EnumSet.of(QueueName.MAILDROP, QueueName.INCOMING,
            QueueName.ACTIVE, QueueName.DEFERRED, QueueName.HOLD, QueueName.BOUNCE, QueueName.DEFER, QueueName.TRACE,
            QueueName.FLUSH);

    private record Order(QueueAction action, String target) {}

    private final Console console;
    private final List<Order> orders = new ArrayList<>();
    private boolean purge;
    private Optional<QueueStructure.Strictness> structure = Optional.empty();
    private String configuration = "";

    private Postsuper(Console console) {
        this.console = console;
    }

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), Console.ofProcess("postsuper")));
    }

    static int run(List<String> arguments, Console console) {
        return new Postsuper(console).run(arguments);
    }

    private int run(List<String> arguments) {
        List<QueueName> queues;
        try {
            Options options = Options.parse("c:d:e:f:h:H:pr:sSv", arguments);
            options(options);
            queues = queues(options.operands());
        } catch (UsageException e) {
            console.err().print(console.command() + ": " + e.getMessage() + "\n");
            return console.fatal(USAGE);
        } catch (ConfigurationException e) {
            return console.fatal(e);
        }
        try {
            Parameters parameters = CommandParameters.read(configuration.isEmpty() ? null : configuration,
                    console.environment());
            boolean stopped = isStopped(parameters);
            becomeOwner(parameters);
            QueueDirectory queue = QueueDirectory.of(Path.of(parameters.string("queue_directory")), parameters);
            try (CommandLog log = CommandLog.open(parameters, console)) {
                if (structure.isPresent() && stopped) {
                    replayJournal(queue, log);
                }
                if (structure.isPresent() || purge) {
                    new QueueStructure(queue, parameters.bool("enable_long_queue_ids"), log).mend(queues, structure,
                            purge);
                }
                carryOut(new QueueSurgery(queue, log), queues, log);
            }
            return 0;
        } catch (ConfigurationException | IOException e) {
            return console.fatal(e);
        }
    }

    /** The daemons can't use what the super-user makes in the queue, such as a hash directory: mail_owner makes it. */
    private static void becomeOwner(Parameters parameters) throws IOException {
        MailOwner owner;
        try {
            owner = MailOwner.of(parameters);
        } catch (ConfigurationException e) {
            if (Identity.effectiveUid() != 0) {
                throw new ConfigurationException("use of this command is reserved for the superuser", e);
            }
            throw e;
        }
        if (owner.privileged()) {
            Identity.become(owner.uid(), owner.gid(), owner.gid());
        }
    }

    /** A system that runs keeps its journal itself; who can't know leaves it alone. */
    private static boolean isStopped(Parameters parameters) {
        try {
            return !PidFile.isLocked(Path.of(parameters.string("queue_directory"))
                    .resolve(parameters.string("process_id_directory")).resolve("master.pid"));
        } catch (PosixException _) {
            return false;
        }
    }

    /** After a crash: the next to use the queue may be a mail system that knows nothing of the journal. */
    private static void replayJournal(QueueDirectory queue, CommandLog log) throws IOException {
        JournalRecovery.Result result = new JournalRecovery(queue, new LocalDisk()).run();
        if (result.restored() + result.mended() > 0) {
            log.info("Restored from the journal: " + result.restored() + " missing, " + result.mended() + " damaged");
        }
    }

    private void options(Options options) {
        for (Options.Option option : options.given()) {
            switch (option.letter()) {
                case 'c' -> configuration = option.value();
                case 'd', 'e', 'f', 'h', 'H', 'r' ->
                    orders.add(new Order(QueueAction.of(option.letter()), option.value()));
                case 'p' -> purge = true;
                case 's' -> structure = Optional.of(structure.orElse(QueueStructure.Strictness.SHORT_NAMES));
                case 'S' -> structure = Optional.of(QueueStructure.Strictness.ALL_NAMES);
                default -> {
                    // -v
                }
            }
        }
        if (orders.isEmpty() && !purge && structure.isEmpty()) {
            purge = true;
            structure = Optional.of(QueueStructure.Strictness.SHORT_NAMES);
        }
    }

    private static List<QueueName> queues(List<String> names) {
        List<QueueName> queues = new ArrayList<>();
        for (String name : names) {
            queues.add(QueueName.of(name).filter(NAMEABLE::contains)
                    .orElseThrow(() -> new ConfigurationException("invalid directory name: " + name)));
        }
        return queues;
    }

    private void carryOut(QueueSurgery surgery, List<QueueName> named, CommandLog log) throws IOException {
        Map<QueueDeed, Integer> done = new EnumMap<>(QueueDeed.class);
        for (Order order : orders) {
            List<QueueName> queues = order.action.queues(named);
            switch (order.target) {
                case ALL -> count(surgery.all(order.action, queues), done);
                case "-" -> everyLine(order.action, surgery, queues, done, log);
                default -> one(order.action, order.target, surgery, queues, done, log);
            }
        }
        for (QueueDeed deed : QueueDeed.values()) {
            if (orders.stream().anyMatch(order -> order.action.mayLeadTo(deed))) {
                int count = done.getOrDefault(deed, 0);
                log.info(deed.total() + ": " + count + " message" + (count == 1 ? "" : "s"));
            }
        }
    }

    /** Names are acted on as they come: a program may write them while it reads the answers. */
    private void everyLine(QueueAction action, QueueSurgery surgery, List<QueueName> queues,
            Map<QueueDeed, Integer> done, CommandLog log) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.ISO_8859_1));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            one(action, line, surgery, queues, done, log);
        }
    }

    private static void one(QueueAction action, String name, QueueSurgery surgery, List<QueueName> queues,
            Map<QueueDeed, Integer> done, CommandLog log) throws IOException {
        Optional<QueueId> id = QueueId.parse(name);
        if (id.isEmpty()) {
            log.warn("invalid mail queue id: " + name);
            return;
        }
        for (QueueDeed deed : surgery.one(action, id.get(), queues)) {
            log.info(name + ": " + deed.word());
            done.merge(deed, 1, Integer::sum);
        }
    }

    private static void count(Map<QueueDeed, Integer> more, Map<QueueDeed, Integer> done) {
        more.forEach((deed, count) -> done.merge(deed, count, Integer::sum));
    }
}
