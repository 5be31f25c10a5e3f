package org.postrider.virtual;

import java.util.Optional;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.delivery.DeliveryService;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** virtual(8). Runs as root, because it writes as the mailboxes' owners, or as an ordinary user who owns them all. */
public final class Virtual implements Program {
    private static final Logger LOG = LoggerFactory.getLogger(Virtual.class);

    /** Mail for a mailbox that exists is never returned only because it can't be written. */
    private static final String PASSING = "4.2.0";

    /** Started by master. */
    public static void main(String[] arguments) {
        Daemon.run(new Virtual(), arguments);
    }

    @Override
    public String name() {
        return "virtual";
    }

    /** As many messages as are read and written at the same time. */
    @Override
    public int eventLoops() {
        return 16;
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) throws ConfigurationException {
        return DeliveryService.onLoops(context, LOG,
                new VirtualDoor(settings(context), DeliveryService.identity(context),
                        DeliveryService.mbox(context, "virtual_mailbox_lock", PASSING),
                        DeliveryService.maildir(context, PASSING), context.clock(), LOG));
    }

    private static VirtualSettings settings(ServiceContext context) {
        Parameters parameters = context.parameters();
        Tables tables = context.trustedTables(DeliveryService.tableDirectory(context)).withoutSubstitution();
        AddressSearch search = new AddressSearch(AddressExtension.of(parameters), _ -> false, false);
        return new VirtualSettings(parameters.string("virtual_mailbox_base"),
                tables.list(parameters.list("virtual_mailbox_maps")), tables.list(parameters.list("virtual_uid_maps")),
                tables.list(parameters.list("virtual_gid_maps")), search, parameters.number("virtual_minimum_uid"),
                parameters.longNumber("virtual_mailbox_limit"), parameters.bool("strict_mailbox_ownership"),
                parameters.bool("enable_original_recipient"));
    }
}
