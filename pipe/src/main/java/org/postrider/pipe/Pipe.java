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
import org.postrider.common.posix.Identity;
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
        Rights rights = Rights.named(command.user(), command.group());
        if (rights.uid() == 0) {
            throw new ConfigurationException("user= command-line attribute specifies root privileges");
        }
        // Without root the mail system's owner is the only user that a command can have.
        if (Identity.effectiveUid() == 0 && rights.name().equals(settings.mailOwner())) {
            throw new ConfigurationException(
                    "user= command-line attribute specifies mail system owner " + rights.name());
        }
        return rights;
    }
}
