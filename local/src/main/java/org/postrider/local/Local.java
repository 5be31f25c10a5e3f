package org.postrider.local;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.delivery.CommandRunner;
import org.postrider.common.delivery.DeliveryService;
import org.postrider.common.delivery.Rights;
import org.postrider.common.delivery.SocketHandOff;
import org.postrider.common.ipc.Utf8Detection;
import org.postrider.common.lookup.Tables;
import org.postrider.common.posix.Accounts;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** local(8). Runs as root, because it becomes the recipient, or as an ordinary user who is the only recipient. */
public final class Local implements Program {
    private static final Logger LOG = LoggerFactory.getLogger(Local.class);

    /** A mailbox that can't be written returns mail, unless the reason is known to pass. */
    private static final String LASTING = "5.2.0";

    /** Started by master. */
    public static void main(String[] arguments) {
        Daemon.run(new Local(), arguments);
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) throws ConfigurationException {
        return DeliveryService.of(context, LOG, new LocalDoor(parts(context)));
    }

    private static LocalParts parts(ServiceContext context) {
        Parameters parameters = context.parameters();
        Tables tables = context.trustedTables(DeliveryService.tableDirectory(context)).withoutSubstitution();
        LocalSettings settings = settings(context);
        var byUser = new LocalParts.UserTables(tables.list(parameters.list("mailbox_command_maps")),
                tables.list(parameters.list("mailbox_transport_maps")),
                tables.list(parameters.list("fallback_transport_maps")));
        return new LocalParts(settings, new AliasMaps(tables.aliasList(parameters.list("alias_maps")).tables()), byUser,
                new SystemAccounts(), new ServiceAddresses(context.rewrite()),
                new CleanupResubmission(context.cleanup(), settings.myhostname(), settings.mailName(),
                        Utf8Detection.of(parameters).flag("forward"), context.clock()),
                new SocketHandOff(transport -> context.client("private/" + transport)),
                DeliveryService.identity(context), DeliveryService.mbox(context, "mailbox_delivery_lock", LASTING),
                DeliveryService.maildir(context, LASTING), new CommandRunner(Identity.effectiveUid(), "local: fatal: "),
                parameters.bool("biff") ? new Comsat(Comsat.DEFAULT) : NewMail.SILENT, context.clock(), LOG);
    }

    private static LocalSettings settings(ServiceContext context) {
        Parameters parameters = context.parameters();
        return new LocalSettings(parameters.string("myhostname"), parameters.string("mail_name"),
                context.queueDirectory(), parameters.string("recipient_delimiter"),
                parameters.bool("owner_request_special"), parameters.bool("expand_owner_alias"),
                parameters.bool("reset_owner_alias"),
                parameters.bool("frozen_delivered_to"), parameters.bool("enable_original_recipient"),
                set(parameters, "allow_mail_to_commands"), set(parameters, "allow_mail_to_files"),
                set(parameters, "prepend_delivered_header"), set(parameters, "propagate_unmatched_extensions"),
                parameters.number("duplicate_filter_limit"), parameters.number("line_length_limit"),
                mailbox(parameters), command(parameters), List.copyOf(parameters.list("forward_path")),
                parameters.string("forward_expansion_filter"), parameters.bool("require_home_directory"),
                parameters.string("luser_relay"), parameters.string("mailbox_transport"),
                parameters.string("fallback_transport"), defaultRights(parameters));
    }

    private static LocalSettings.Mailbox mailbox(Parameters parameters) {
        return new LocalSettings.Mailbox(parameters.string("home_mailbox"),
                parameters.string("mail_spool_directory"), parameters.longNumber("mailbox_size_limit"),
                parameters.bool("strict_mailbox_ownership"));
    }

    private static LocalSettings.Command command(Parameters parameters) {
        Map<String, String> environment = DeliveryService.exported(parameters.list("export_environment"),
                System.getenv());
        return new LocalSettings.Command(parameters.string("mailbox_command"),
                parameters.string("local_command_shell"), parameters.time("command_time_limit"),
                parameters.string("command_execution_directory"), parameters.string("command_expansion_filter"),
                parameters.string("execution_directory_expansion_filter"), environment);
    }

    private static Set<String> set(Parameters parameters, String name) {
        return Set.copyOf(parameters.list(name));
    }

    /** Never root, except where the whole system is run by root for itself; commands are refused even then. */
    private static Rights defaultRights(Parameters parameters) {
        String user = parameters.string("default_privs");
        try {
            Accounts.Account account = Accounts.byName(user).orElseThrow(() -> new ConfigurationException("file "
                    + parameters.string("config_directory")
                    + "/main.cf: parameter default_privs: unknown user name value: " + user));
            if (account.uid() == 0 && !parameters.string("mail_owner").equals(user)) {
                throw new ConfigurationException("file " + parameters.string("config_directory")
                        + "/main.cf: parameter default_privs: user " + user + " has privileged user ID");
            }
            return new Rights(account.uid(), account.gid(), account.name());
        } catch (PosixException e) {
            throw new ConfigurationException("parameter default_privs: user lookup error: " + e.getMessage(), e);
        }
    }
}
