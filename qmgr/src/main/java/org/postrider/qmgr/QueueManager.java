package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postrider.common.gather.Gatherer;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.Standing;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.Processes;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop around the scheduler. Its one thread takes events from a bounded inbox, tells the scheduler, and carries out the
 * scheduler's steps by starting work elsewhere: reading files on file-work threads, removing them on one that gathers, resolving,
 * deliveries and notices on virtual threads. The loop itself never waits for anything but its inbox, and nobody who fills the inbox holds what
 * the loop needs, so a full inbox only slows the others down.
 *
 * <p>On a reload the loop, the scheduler and all messages stay; what depends on the configuration is one {@link Parts} object,
 * replaced as a whole. Work already under way ends with the old one.
 */
final class QueueManager {
    private static final Logger LOG = LoggerFactory.getLogger(QueueManager.class);
    private static final int INBOX = 4096;
    /** Under load, removals are gathered this long. */
    private static final Duration GATHER = Duration.ofMillis(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final InstantSource steady;
    private final Executor fileWork;
    private final ThreadMaker threads;
    private final Scheduler scheduler;
    private final BlockingQueue<Event> inbox = new ArrayBlockingQueue<>(INBOX);
    private final Feeder feeder;
    /** Holds no more than the active queue does, so that the loop never waits for it. */
    private final Gatherer<ActiveMessage> endings;
    private final Thread loop;
    private final Thread feeding;
    private volatile Parts parts;
    private final RecipientMemory memory = new RecipientMemory();
    private final AddressProbes probes;

    /** Everything that is made from one generation of the configuration. */
    record Parts(QmgrSettings settings, QueueDirectory directory, Services services, MessageLoader loader,
            RecipientRouter router, AgentCaller agents, MessageFinisher finisher, SettledRecipients settled,
            UntriedDeferral untried) {
        static Parts of(QmgrSettings settings, QueueDirectory directory, Services services, Clocks clocks,
                PatientResolver.Pause pause, ThreadMaker threads) {
            WatchedClock clock = clocks.calendar();
            return new Parts(settings, directory, services,
                    new MessageLoader(directory, clock, settings.confirmDelayCleared(), settings.log()),
                    new RecipientRouter(new PatientResolver(services, clocks.steady(), pause), settings, threads),
                    new AgentCaller(services, clock),
                    new MessageFinisher(directory, clock, services, settings, pause),
                    new SettledRecipients(directory, clock, settings), new UntriedDeferral(services, clock, settings));
        }
    }

    /**
     * @param fileWork threads for work on files
     * @param threads makes threads for work that waits for other daemons, and for the loop
     */
    QueueManager(Parts parts, Scheduler scheduler, Clocks clocks, Executor fileWork,
            ThreadMaker threads) {
        this.parts = parts;
        this.scheduler = scheduler;
        this.steady = clocks.steady();
        this.fileWork = fileWork;
        this.threads = threads;
        this.probes = new AddressProbes(clocks.calendar(), memory, this::elsewhere, this::post);
        this.feeder = new Feeder(parts.directory(), clocks.calendar(), parts.settings(), this::admit);
        this.endings = new Gatherer<>("endings", Integer.MAX_VALUE, GATHER, this::finishAll);
        this.loop = owned(threads.thread("scheduler", this::run));
        this.feeding = owned(Thread.ofPlatform().daemon().name("feeder").unstarted(feeder));
    }

    /** A thread that is in doubt about its state must not go on: master starts another qmgr, and active is recovered. */
    private static Thread owned(Thread thread) {
        thread.setUncaughtExceptionHandler((_, e) -> {
            // Standard error is written at once, and master logs it; a line in the log's queue would be lost.
            System.err.println(
                    "panic: " + thread.getName() + " failed: " + e + Stream.of(e.getStackTrace()).limit(3).toList());
            Processes.exit(1);
        });
        return thread;
    }

    /** On a thread that waits for other daemons. */
    private void elsewhere(Runnable work) {
        threads.thread("qmgr", work).start();
    }

    void start() {
        loop.start();
        feeding.start();
    }

    /** Ends loop and feeder; deliveries under way end by themselves, their messages are found again at the next start. */
    void stop() {
        feeder.stop();
        post(new Event.Stop());
        try {
            boolean _ = loop.join(STOP_LIMIT);
            boolean _ = feeding.join(STOP_LIMIT);
            endings.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Goes on with another configuration. */
    void reconfigure(Parts changed) {
        parts = changed;
        feeder.reconfigure(changed.directory(), changed.settings());
        post(new Event.Reconfigured(changed.settings().scheduler()));
    }

    /**
     * Takes a buffer full of triggers: each kind counts once, and A and F come before D and I. Unknown letters are ignored.
     */
    void trigger(byte[] letters, int length) {
        boolean incoming = false;
        boolean deferred = false;
        boolean all = false;
        boolean flush = false;
        for (int i = 0; i < length; i++) {
            switch (letters[i]) {
                case 'I', 'W' -> incoming = true;
                case 'D' -> deferred = true;
                case 'A' -> all = true;
                case 'F' -> flush = true;
                default -> {
                    // Postfix ignores them, too.
                }
            }
        }
        if (flush) {
            post(new Event.FlushDead());
        }
        if (all) {
            feeder.ignoreTime();
        }
        if (deferred) {
            feeder.scanDeferred(false);
        }
        if (incoming) {
            feeder.scanIncoming();
        }
    }

    /** Takes the name of a message that has just come to incoming. */
    void announce(QueueId id) {
        feeder.announce(id);
    }

    /** Takes an address probe that has no queue file; false when there are as many as there may be. */
    boolean take(QueueId id, AddressProbe probe) {
        Parts now = parts;
        return probes.take(id, probe, now.settings(), now.router());
    }

    /** What each of these messages waits for; without an id, what all do that are not active. */
    CompletableFuture<List<Standing>> standings(List<Optional<QueueId>> ids) {
        CompletableFuture<List<Standing>> answer = new CompletableFuture<>();
        post(new Event.Asked(ids, answer));
        return answer;
    }

    private void post(Event event) {
        try {
            inbox.put(event);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- work outside the loop ----

    /** Feeder's thread: reads the file, on a file-work thread when it may have to come from the disk, then routes elsewhere. */
    private void admit(MessageLoader.Candidate candidate) {
        Parts now = parts;
        Executor reader = candidate.past() == MessageLoader.Past.NONE ? Runnable::run : fileWork;
        reader.execute(() -> {
            Optional<MessageLoader.Loaded> loaded = Optional.empty();
            try {
                loaded = now.loader().load(candidate, room(now.settings()), now.settings().retry());
            } finally {
                if (loaded.isEmpty()) {
                    feeder.loaded();
                    feeder.release(candidate.id());
                }
            }
            loaded.ifPresent(message -> elsewhere(() -> routeFirst(now, message)));
        });
    }

    private MessageLoader.Room room(QmgrSettings settings) {
        return new MessageLoader.Room() {
            @Override
            public int reserve(int recipients) {
                // One more than there are: so the end is seen.
                return memory.reserve(recipients + 1, settings.recipientLimit(),
                        settings.scheduler().recipientMinimum());
            }

            @Override
            public void release(int recipients) {
                memory.release(recipients);
            }
        };
    }

    private void routeFirst(Parts now, MessageLoader.Loaded loaded) {
        MessageHead head = loaded.head();
        RecipientRouter.Routes routes;
        try {
            routes = head.isProbe() && !probes.add(head.id(), now.settings().probeLimit())
                    ? now.router().deferAll(loaded.batch().recipients(), Trouble.TOO_MANY_PROBES)
                    : now.router().route(head, loaded.batch().recipients(), true);
            now.settled().record(head, routes.settled());
        } finally {
            feeder.loaded();
        }
        post(new Event.Admitted(head, routes, loaded.batch().next(), loaded.explained()));
    }

    private void readMore(ActiveMessage message, int most) {
        Parts now = parts;
        long from = message.nextBatch();
        fileWork.execute(() -> {
            Optional<QueueFile.Batch> batch = now.loader().more(message.head().id(), from, most);
            if (batch.isEmpty()) {
                post(new Event.MoreRead(message, Optional.empty(), QueueFile.Batch.NO_MORE));
                return;
            }
            elsewhere(() -> {
                RecipientRouter.Routes routes = now.router().route(message.head(), batch.get().recipients(), false);
                now.settled().record(message.head(), routes.settled());
                post(new Event.MoreRead(message, Optional.of(routes), batch.get().next()));
            });
        });
    }

    private void deliver(Entry entry) {
        AgentCaller agents = parts.agents();
        DeliveryRequest request = agents.request(entry);
        elsewhere(() -> post(new Event.Finished(entry, outcome(agents, request))));
    }

    private static DeliveryOutcome outcome(AgentCaller agents, DeliveryRequest request) {
        try {
            return agents.deliver(request);
        } catch (RuntimeException e) {
            LOG.error("{}: unexpected failure in delivery", request.queueId(), e);
            return new DeliveryOutcome.AgentTrouble(Trouble.TRANSPORT_ERROR);
        }
    }

    private void deferUntried(ActiveMessage message, List<Recipient> recipients, Trouble trouble) {
        UntriedDeferral untried = parts.untried();
        elsewhere(() -> {
            try {
                untried.defer(message.head(), recipients, trouble);
            } catch (RuntimeException e) {
                LOG.error("{}: unexpected failure in deferring", message.head().id(), e);
            }
            post(new Event.Deferred(message, recipients.size()));
        });
    }

    /** Most messages end simply: their files are removed by one thread, many at once when mail is fast. */
    private void finishAll(List<ActiveMessage> messages) {
        MessageFinisher finisher = parts.finisher();
        for (ActiveMessage message : messages) {
            finish(message, finisher);
        }
    }

    private void finish(ActiveMessage message, MessageFinisher finisher) {
        MessageHead head = message.head();
        boolean remain = message.someRemain();
        if (ended(head, () -> finisher.finishSimply(head, remain))) {
            feeder.release(head.id());
            return;
        }
        Thread _ = Thread.startVirtualThread(() -> {
            boolean _ = ended(head, () -> {
                finisher.finish(head, remain);
                return true;
            });
            feeder.release(head.id());
        });
    }

    /** A message that could not be ended because of a bug is let go: the feeder finds its file in active. */
    private static boolean ended(MessageHead message, BooleanSupplier work) {
        try {
            return work.getAsBoolean();
        } catch (RuntimeException e) {
            LOG.error("{}: unexpected failure at the end", message.id(), e);
            return true;
        }
    }

    // ---- the loop ----

    private void run() {
        List<Event> batch = new ArrayList<>();
        try {
            while (true) {
                Event first = await();
                if (first != null) {
                    batch.add(first);
                    int _ = inbox.drainTo(batch, INBOX);
                }
                for (Event event : batch) {
                    if (event instanceof Event.Stop) {
                        return;
                    }
                    handle(event, steady.instant());
                }
                batch.clear();
                perform();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Event await() throws InterruptedException {
        Optional<Instant> wake = scheduler.wakeTime();
        if (wake.isEmpty()) {
            return inbox.take();
        }
        long millis = Duration.between(steady.instant(), wake.get()).toMillis() + 1;
        return millis <= 0 ? inbox.poll() : inbox.poll(millis, TimeUnit.MILLISECONDS);
    }

    private void handle(Event event, Instant now) {
        switch (event) {
            case Event.Admitted(MessageHead head, RecipientRouter.Routes routes, long next, boolean explained) -> {
                memory.release(routes.settled().size());
                ActiveMessage message = new ActiveMessage(head, now);
                message.ended(0, explained);
                added(message, routes, next, now);
            }
            case Event.MoreRead(ActiveMessage message, Optional<RecipientRouter.Routes> routes, long next) -> {
                if (routes.isPresent()) {
                    memory.take(routes.get().routed().size());
                    added(message, routes.get(), next, now);
                } else {
                    message.giveUpReading();
                    scheduler.add(message, List.of(), now);
                    look(message, now);
                }
            }
            case Event.Finished(Entry entry, DeliveryOutcome outcome) -> finished(entry, outcome, now);
            case Event.Deferred(ActiveMessage message, int recipients) -> ended(message, recipients, true, now);
            case Event.FlushDead() -> scheduler.flushDead(now);
            case Event.Reconfigured(SchedulerSettings settings) -> scheduler.reconfigure(settings, now);
            case Event.Asked(List<Optional<QueueId>> ids, CompletableFuture<List<Standing>> answer) -> {
                boolean _ = answer.complete(ids.stream().map(id -> standing(id, now)).toList());
            }
            case Event.Stop() -> LOG.debug("stopping");
        }
    }

    private Standing standing(Optional<QueueId> id, Instant now) {
        Optional<Standing> active = id.flatMap(one -> scheduler.standing(one, now));
        if (active.isPresent()) {
            return active.get();
        }
        boolean between = id.isPresent() && feeder.isKnown(id.get());
        return Standings.elsewhere(between, feeder.isFull(), scheduler.active());
    }

    private void added(ActiveMessage message, RecipientRouter.Routes routes, long next, Instant now) {
        message.batchRead(routes.routed().size(), routes.settled().size(), next);
        scheduler.add(message, routes.routed(), now);
        look(message, now);
    }

    private void finished(Entry entry, DeliveryOutcome outcome, Instant now) {
        scheduler.finished(entry, outcome, now);
        switch (outcome) {
            case DeliveryOutcome.Worked(boolean someRemain) ->
                ended(entry.message(), entry.recipients().size(), someRemain, now);
            case DeliveryOutcome.SiteTrouble(boolean someRemain, Trouble _) ->
                ended(entry.message(), entry.recipients().size(), someRemain, now);
            case DeliveryOutcome.AgentTrouble(Trouble _) -> {
                // The scheduler defers these recipients in a step of its own.
            }
        }
    }

    private void ended(ActiveMessage message, int recipients, boolean remain, Instant now) {
        message.ended(recipients, remain);
        memory.release(recipients);
        look(message, now);
    }

    private void look(ActiveMessage message, Instant now) {
        if (message.needsBatch()) {
            message.startReading(now);
            readMore(message, scheduler.batchSize(message));
        } else if (message.isThrough()) {
            scheduler.left(message);
            if (message.head().isProbe()) {
                probes.remove(message.head().id());
            }
            if (message.head().hasFile()) {
                endings.put(message);
            } else {
                LOG.info("{}: removed", message.head().id());
            }
        }
    }

    private void perform() {
        for (Optional<Step> step = scheduler.next(steady.instant()); step.isPresent(); step = scheduler
                .next(steady.instant())) {
            switch (step.get()) {
                case Step.Deliver(Entry entry) -> deliver(entry);
                case Step.Read(ActiveMessage message, int most) -> readMore(message, most);
                case Step.DeferUntried(ActiveMessage message, List<Recipient> recipients, Trouble trouble) ->
                    deferUntried(message, recipients, trouble);
            }
        }
    }
}
