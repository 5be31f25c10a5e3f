package org.postrider.pickup;

import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;

/** The program pickup: service {@code postdrop} listens to users, any other service of it watches maildrop. */
public final class Pickup implements Program {
    static final String POSTDROP = "postdrop";

    public static void main(String[] arguments) {
        Daemon.run(new Pickup(), arguments);
    }

    @Override
    public String name() {
        return "pickup";
    }

    @Override
    public Set<String> tableReaders(String command) {
        return command.equals(name()) ? Set.of(command, "postdrop", "ALL") : Set.of();
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) throws ConfigurationException {
        PickupSettings settings = PickupSettings.of(context.parameters());
        Submission submission = new Submission(settings, context.cleanup(), context.clock());
        if (context.serviceName().equals(POSTDROP)) {
            AuthorizedUsers users = AuthorizedUsers.read(AuthorizedUsers.Purpose.SUBMIT, context.parameters(),
                    context.tables());
            return new PostdropService(settings, submission, users,
                    AllowedSenders.of(context.parameters(), context.tables()), context.clock());
        }
        return new MaildropService(settings, submission, context.queueDirectory(), context.clock());
    }
}
