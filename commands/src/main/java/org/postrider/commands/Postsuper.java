package org.postrider.commands;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
 * may be in use. Actions by the super-user or the owner of the queue only.
 */
public final class Postsuper {
    private static final String USAGE = "usage: postsuper [-c config_dir] [-d queue_id] [-e queue_id] [-f queue_id]"
            + " [-h queue_id] [-H queue_id] [-p] [-r queue_id] [-s] [-S] [directory...]";

    private record Order(QueueAction action, String target) {}

    private final Console console;
    private final List<Order> orders = new ArrayList<>();
    private boolean purge;
    private boolean structure;
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
        try {
            Options options = Options.parse("c:d:e:f:h:H:pr:sSv", arguments);
            options(options);
            Parameters parameters = CommandParameters.read(configuration.isEmpty() ? null : configuration,
                    console.environment());
            boolean stopped = isStopped(parameters);
            becomeOwner(parameters);
            QueueDirectory queue = new QueueDirectory(Path.of(parameters.string("queue_directory")),
                    Set.copyOf(parameters.list("hash_queue_names")), parameters.number("hash_queue_depth"));
            if (structure && stopped) {
                replayJournal(queue);
            }
            carryOut(new QueueSurgery(queue, console.err()), queues(options.operands()));
            return 0;
        } catch (UsageException e) {
            int status = console.fatal(e);
            console.err().println(USAGE);
            return status;
        } catch (ConfigurationException | IOException e) {
            return console.fatal(e);
        }
    }

    /** The daemons can't use what the super-user makes in the queue, such as a hash directory: mail_owner makes it. */
    private static void becomeOwner(Parameters parameters) throws IOException {
        MailOwner owner = MailOwner.of(parameters);
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
    private void replayJournal(QueueDirectory queue) throws IOException {
        JournalRecovery.Result result = new JournalRecovery(queue, new LocalDisk()).run();
        if (result.restored() + result.mended() > 0) {
            console.err().println("postsuper: Restored from the journal: " + result.restored() + " missing, "
                    + result.mended() + " damaged");
        }
    }

    private void options(Options options) throws UsageException {
        for (Options.Option option : options.given()) {
            switch (option.letter()) {
                case 'c' -> configuration = option.value();
                case 'd' -> orders.add(new Order(QueueAction.DELETE, option.value()));
                case 'e' -> orders.add(new Order(QueueAction.EXPIRE, option.value()));
                case 'f' -> orders.add(new Order(QueueAction.EXPIRE_RELEASE, option.value()));
                case 'h' -> orders.add(new Order(QueueAction.HOLD, option.value()));
                case 'H' -> orders.add(new Order(QueueAction.RELEASE, option.value()));
                case 'r' -> orders.add(new Order(QueueAction.REQUEUE, option.value()));
                case 'p' -> purge = true;
                case 's', 'S' -> structure = true;
                default -> {
                    // -v
                }
            }
        }
        if (orders.isEmpty() && !purge && !structure) {
            purge = true;
            structure = true;
        }
    }

    private static List<QueueName> queues(List<String> names) throws UsageException {
        List<QueueName> queues = new ArrayList<>();
        for (String name : names) {
            queues.add(QueueName.of(name).orElseThrow(() -> new UsageException("invalid directory name: " + name)));
        }
        return queues.isEmpty()
                ? Arrays.asList(QueueName.HOLD, QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED)
                : queues;
    }

    private void carryOut(QueueSurgery surgery, List<QueueName> queues) throws IOException, UsageException {
        Map<QueueAction, Integer> done = new EnumMap<>(QueueAction.class);
        for (Order order : orders) {
            int count = order.target.equals("ALL")
                    ? surgery.all(order.action, queues)
                    : surgery.some(order.action, ids(order.target), queues);
            done.merge(order.action, count, Integer::sum);
        }
        if (structure) {
            surgery.structure();
        }
        if (purge) {
            surgery.purge();
        }
        done.forEach((action, count) -> {
            if (count > 0) {
                console.err()
                        .println("postsuper: " + action.total() + ": " + count + " message" + (count == 1 ? "" : "s"));
            }
        });
    }

    private Set<QueueId> ids(String target) throws IOException, UsageException {
        Set<QueueId> ids = new LinkedHashSet<>();
        if (!target.equals("-")) {
            ids.add(QueueId.parse(target).orElseThrow(() -> new UsageException("invalid mail queue id: " + target)));
            return ids;
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.ISO_8859_1));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String word = line.trim();
            if (!word.isEmpty()) {
                ids.add(QueueId.parse(word).orElseThrow(() -> new UsageException("invalid mail queue id: " + word)));
            }
        }
        return ids;
    }
}
