package org.postrider.services;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.posix.FileThreads;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.dns.DomainName;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.posix.FileWords;
import org.postrider.common.posix.Identity;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code flush} (public/flush), flush(8): asks qmgr to deliver what waits - all deferred mail, one message, or what waits
 * for one site. Sites are those in fast_flush_domains; which messages wait for them is in {@link FlushLogs}, told by defer. The
 * wakeup of master.cf asks for every site whose log nobody has asked for in fast_flush_refresh_time.
 */
final class FlushService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(FlushService.class);
    private static final Duration TRIGGER_LIMIT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final FlushLogs logs;
    private final MatchList eligible;
    private final AuthorizedUsers users;
    private final FileThreads files;
    private final Network network;
    private final Path qmgr;

    /**
     * main.cf as flush(8) uses it.
     *
     * @param queue queue_directory, hashed as hash_queue_names says
     * @param refresh fast_flush_refresh_time
     * @param purge fast_flush_purge_time
     * @param domains fast_flush_domains
     * @param parents a domain in that list stands for those below it, too
     * @param qmgr queue_service_name
     */
    record Settings(QueueDirectory queue, Duration refresh, Duration purge, String domains, boolean parents,
            String qmgr) {
        static Settings of(Path queueDirectory, Parameters parameters) {
            return new Settings(QueueDirectory.of(queueDirectory, parameters),
                    parameters.time("fast_flush_refresh_time"), parameters.time("fast_flush_purge_time"),
                    parameters.string("fast_flush_domains"),
                    parameters.list("parent_domain_matches_subdomains").contains("fast_flush_domains"),
                    parameters.string("queue_service_name"));
        }
    }

    FlushService(ServiceContext context, AuthorizedUsers users) {
        Settings settings = Settings.of(context.queueDirectory(), context.parameters());
        this.logs = new FlushLogs(settings.queue(), context.clock(), settings.refresh(), settings.purge());
        this.eligible = MatchList.domains(settings.domains(), settings.parents(), context.tables());
        this.users = users;
        this.files = new FileThreads(context.fileWork());
        this.network = context.network();
        this.qmgr = context.queueDirectory().resolve("public/" + settings.qmgr());
    }

    /** Requests and answers until the client hangs up. */
    @Override
    public void converse(Connection connection) throws IOException {
        connection.timeout(PATIENCE);
        int caller = connection.peer().map(peer -> peer.uid()).orElse(-1);
        for (var list = Attributes.readIfAny(connection.in()); list.isPresent(); list = Attributes
                .readIfAny(connection.in())) {
            answer(FlushRequest.fromAttributes(list.get()), caller).write(connection.out());
            connection.out().flush();
        }
    }

    private Attributes answer(FlushRequest request, int caller) {
        Optional<String> refusal = users.refusal(caller);
        if (refusal.isEmpty() && !isOwn(caller) && isInternal(request.kind())) {
            refusal = Optional.of("uid " + caller + " is not allowed to change the flush logs");
        }
        if (refusal.isPresent()) {
            LOG.warn(refusal.get());
            return FlushRequest.denied(refusal.get());
        }
        return FlushRequest.answer(serve(request));
    }

    private static boolean isOwn(int caller) {
        return caller == 0 || caller == Identity.effectiveUid();
    }

    private static boolean isInternal(FlushRequest.Kind kind) {
        return kind == FlushRequest.Kind.ADD || kind == FlushRequest.Kind.REFRESH;
    }

    private FlushRequest.Status serve(FlushRequest request) {
        try {
            return switch (request.kind()) {
                case ALL -> {
                    wake(Trigger.FLUSH_DEAD, Trigger.IGNORE_TIME, Trigger.DEFERRED);
                    yield FlushRequest.Status.OK;
                }
                case MESSAGE -> message(request.target());
                case SITE -> site(request.target());
                case ADD -> add(request.target());
                case REFRESH -> {
                    refresh();
                    yield FlushRequest.Status.OK;
                }
            };
        } catch (IOException e) {
            LOG.warn("flush request {} {}: {}", request.kind(), request.target(), FileWords.at(e));
            return FlushRequest.Status.FAILED;
        }
    }

    private FlushRequest.Status message(String target) throws IOException {
        Optional<QueueId> id = QueueId.parse(target);
        if (id.isEmpty()) {
            return FlushRequest.Status.BAD;
        }
        // One that is not deferred is on its way already, or gone.
        if (files.call(() -> logs.release(id.get()))) {
            wake(Trigger.INCOMING);
        }
        return FlushRequest.Status.OK;
    }

    private FlushRequest.Status site(String site) throws IOException {
        if (!isEligible(site)) {
            return FlushRequest.Status.UNKNOWN_SITE;
        }
        if (files.call(() -> logs.send(site)) > 0) {
            wake(Trigger.INCOMING);
        }
        return FlushRequest.Status.OK;
    }

    private FlushRequest.Status add(String target) throws IOException {
        int space = target.indexOf(' ');
        Optional<QueueId> id = QueueId.parse(target.substring(space + 1));
        if (space < 0 || id.isEmpty()) {
            return FlushRequest.Status.BAD;
        }
        String site = target.substring(0, space);
        if (!isEligible(site)) {
            return FlushRequest.Status.UNKNOWN_SITE;
        }
        return files.call(() -> {
            logs.add(site, id.get());
            return FlushRequest.Status.OK;
        });
    }

    private boolean isEligible(String site) {
        return DomainName.isSite(site) && eligible.match(site).matches();
    }

    private void refresh() throws IOException {
        if (files.call(logs::refresh) > 0) {
            wake(Trigger.INCOMING);
        }
    }

    private void wake(Trigger... requests) throws IOException {
        Trigger.send(network, qmgr, TRIGGER_LIMIT, requests);
    }

    @Override
    public void wakeup() {
        try {
            refresh();
        } catch (IOException e) {
            LOG.warn("refresh of flush logs: {}", FileWords.at(e));
        }
    }
}
