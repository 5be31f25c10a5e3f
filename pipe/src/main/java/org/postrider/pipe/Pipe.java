package org.postrider.pipe;

import java.util.Optional;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.delivery.CommandRunner;
import org.postrider.common.delivery.DeliveryService;
import org.postrider.common.delivery.Rights;
import org.postrider.common.posix.Accounts;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** pipe(8). Runs as root, because its commands run as the user that master.cf names, or as that user. */
public final class Pipe implements Program {
    private static final Logger LOG = LoggerFactory.getLogger(Pipe.class);

    /** Started by master. */
    public static void main(String[] arguments) {
        Daemon.run(new Pipe(), arguments);
    }

    @Override
    public String name() {
        return "pipe";
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) throws ConfigurationException {
        PipeCommand command = PipeCommand.parse(context.arguments());
        PipeSettings settings = PipeSettings.of(context.parameters(), context.serviceName(), System.getenv());
        var setup = new PipeDoor.Setup(context.serviceName(), command, rights(command, settings),
                context.queueDirectory(), settings);
        return DeliveryService.of(context, LOG,
                new PipeDoor(setup, new CommandRunner(Identity.effectiveUid(), "pipe: fatal: pipe_command: "),
                        context.clock()));
    }

    private static Rights rights(PipeCommand command, PipeSettings settings) {
        try {
            Accounts.Account account = Accounts.byName(command.user()).orElseThrow(() -> new ConfigurationException(
                    "unknown username: user=" + command.user()));
            int gid = command.group().isEmpty()
                    ? account.gid()
                    : Accounts.groupByName(command.group()).orElseThrow(
                            () -> new ConfigurationException("unknown group: user=" + command.user() + ":"
                                    + command.group()));
            boolean privileged = Identity.effectiveUid() == 0;
            if (account.uid() == 0) {
                throw new ConfigurationException("user= command-line attribute specifies root privileges");
            }
            // Without root the mail system's owner is the only user that a command can have.
            if (privileged && account.name().equals(settings.mailOwner())) {
                throw new ConfigurationException(
                        "user= command-line attribute specifies mail system owner " + account.name());
            }
            return new Rights(account.uid(), gid, account.name());
        } catch (PosixException e) {
            throw new ConfigurationException("user lookup error for user=" + command.user() + ": " + e.getMessage(), e);
        }
    }
}
