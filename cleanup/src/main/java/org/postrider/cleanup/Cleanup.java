package org.postrider.cleanup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.InetInterfaces;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.lookup.Tables;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.CommitSetting;
import org.postrider.common.queue.QueueCommit;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueName;

/** cleanup(8). */
public final class Cleanup implements Program {
    private final CommitMaker commits;

    /** Makes what makes messages durable. */
    interface CommitMaker {
        QueueCommit make(CommitSetting setting, Path queueDirectory) throws IOException;
    }

    public Cleanup() {
        this(CommitSetting::open);
    }

    Cleanup(CommitMaker commits) {
        this.commits = commits;
    }

    public static void main(String[] args) {
        Daemon.run(new Cleanup(), args);
    }

    @Override
    public String name() {
        return "cleanup";
    }

    /** As many messages as are written to the queue at the same time; what waits for the disk to have them has threads of its own. */
    @Override
    public int eventLoops() {
        return 4;
    }

    @Override
    public Set<String> tableReaders(String command) {
        return command.equals(name()) ? Set.of(command, "ALL") : Set.of();
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) {
        Parameters parameters = context.parameters();
        Tables tables = context.tables();
        RewriteClient client = context.rewrite();
        RewriteAddresses rewriting = (rule, address) -> client.rewrite(new RewriteRequest(rule, address));
        AddressRules rules = AddressRules.of(parameters, tables, rewriting,
                new InetInterfaces(HostFacts.ask()).own(parameters));
        QueueDirectory queue = QueueDirectory.of(context.queueDirectory(), parameters);
        Path queueManager = context.queueDirectory().resolve("public/" + parameters.string("queue_service_name"));
        ProbeAnswers probes = ProbeAnswers.of(context);
        return new CleanupService(new CleanupService.Equipment(CleanupSettings.of(parameters), rules,
                new ContentChecks(parameters, tables), queue, commit(context),
                QueueNudge.of(context.network(), queueManager),
                context.clock(), new Refusals(context.client("private/" + parameters.string("bounce_service_name")),
                        "unknown"),
                new InFlowDelay(queue.top(QueueName.INCOMING), parameters.time("in_flow_delay")),
                probes,
                new ProbeHandOver(QueueNudge.client(context.network(), queueManager), probes, context.clock())));
    }

    private QueueCommit commit(ServiceContext context) {
        String value = context.parameters().string("queue_commit");
        CommitSetting setting = CommitSetting.of(value)
                .orElseThrow(() -> new ConfigurationException("bad queue_commit value: " + value));
        try {
            return commits.make(setting, context.queueDirectory());
        } catch (IOException e) {
            throw new ConfigurationException("open the queue's journal: " + FileWords.at(e), e);
        }
    }
}
