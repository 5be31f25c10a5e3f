package org.postrider.common.daemon;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MasterCf;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.lookup.Tables;

/**
 * Opens, while this process is root in the system's root directory, what the tables of its services need (docs/adr/0018). The tables
 * are those that a service's own parameters name; other programs' tables, with passwords perhaps, are none of its business.
 */
final class TablesAhead {
    /** Lists in which {@code /file} stands for what is in the file. */
    private static final Set<String> LISTS = Set.of("mynetworks", "mydestination", "relay_domains",
            "virtual_alias_domains", "virtual_mailbox_domains", "fast_flush_domains", "authorized_submit_users",
            "authorized_mailq_users", "authorized_flush_users", "smtpd_client_event_limit_exceptions",
            "smtpd_authorized_xclient_hosts", "smtpd_authorized_xforward_hosts", "smtpd_sasl_exceptions_networks",
            "smtpd_forbid_bare_newline_exclusions", "smtpd_forbidden_commands", "smtpd_sasl_mechanism_filter",
            "smtp_sasl_mechanism_filter", "lmtp_sasl_mechanism_filter");
    private static final String CLASSES = "smtpd_restriction_classes";

    private final Program program;
    private final Tables tables;

    TablesAhead(Program program, Tables tables) {
        this.program = program;
        this.tables = tables;
    }

    /** For this service, and for those in master.cf that this process may have to serve later. */
    void keep(ServiceDescription first, Parameters parameters) {
        keep(first.program(), parameters);
        try {
            Path masterCf = Path.of(parameters.string("config_directory"), "master.cf");
            Set<String> plain = new HashSet<>(List.of(first.program()));
            for (ServiceEntry entry : MasterCf.read(masterCf, parameters).entries()) {
                boolean ours = entry.chroot() == first.chroot() && entry.unprivileged() == first.uid() >= 0;
                if (ours && (!entry.overrides().isEmpty() || plain.add(entry.program()))) {
                    keep(entry.program(), parameters.with(entry.overrides()));
                }
            }
        } catch (ConfigurationException _) {
            // Master has read the file, and complained.
        }
    }

    private void keep(String command, Parameters parameters) {
        Set<String> readers = program.tableReaders(command);
        if (readers.isEmpty()) {
            return;
        }
        for (String name : ParameterCatalogue.standard().readBy(readers)) {
            keepValue(name, parameters);
        }
        if (readers.contains("smtpd")) {
            parameters.list(CLASSES).forEach(name -> keepValue(name, parameters));
        }
    }

    private void keepValue(String name, Parameters parameters) {
        String raw = parameters.raw(name);
        boolean list = LISTS.contains(name);
        if (raw.indexOf(':') < 0 && raw.indexOf('$') < 0 && !list) {
            return;
        }
        try {
            tables.keep(parameters.string(name), list);
        } catch (ConfigurationException _) {
            // Whoever needs the value will say so.
        }
    }
}
