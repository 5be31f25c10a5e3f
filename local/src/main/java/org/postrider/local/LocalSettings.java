package org.postrider.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.delivery.Rights;

/**
 * main.cf as local(8) uses it, read once per configuration generation.
 *
 * @param myhostname for Received headers
 * @param mailName for Received headers
 * @param queueDirectory working directory of commands
 * @param delimiters recipient_delimiter
 * @param specialOwners owner_request_special
 * @param expandOwner expand_owner_alias
 * @param resetOwner reset_owner_alias
 * @param frozenDeliveredTo frozen_delivered_to
 * @param originalRecipient enable_original_recipient
 * @param commandsFrom allow_mail_to_commands
 * @param filesFrom allow_mail_to_files
 * @param deliveredToFor prepend_delivered_header: command, file, forward
 * @param propagate propagate_unmatched_extensions
 * @param duplicateLimit duplicate_filter_limit
 * @param lineLength line_length_limit
 * @param mailbox where mailboxes are
 * @param command how commands run
 * @param forwardPath forward_path, unexpanded
 * @param forwardFilter forward_expansion_filter
 * @param requireHome require_home_directory
 * @param luserRelay luser_relay, unexpanded
 * @param mailboxTransport mailbox_transport
 * @param fallbackTransport fallback_transport
 * @param defaultRights default_privs
 */
record LocalSettings(String myhostname, String mailName, Path queueDirectory, String delimiters, boolean specialOwners,
        boolean expandOwner, boolean resetOwner, boolean frozenDeliveredTo, boolean originalRecipient,
        Set<String> commandsFrom,
        Set<String> filesFrom, Set<String> deliveredToFor, Set<String> propagate, int duplicateLimit, int lineLength,
        Mailbox mailbox, Command command, List<String> forwardPath, String forwardFilter, boolean requireHome,
        String luserRelay, String mailboxTransport, String fallbackTransport, Rights defaultRights) {
    /**
     * Where mailboxes are.
     *
     * @param home home_mailbox, empty for the spool directory
     * @param spool mail_spool_directory, as written
     * @param limit mailbox_size_limit
     * @param strictOwner strict_mailbox_ownership
     */
    record Mailbox(String home, String spool, long limit, boolean strictOwner) {}

    /**
     * How commands run.
     *
     * @param mailboxCommand mailbox_command, unexpanded
     * @param shell local_command_shell
     * @param limit command_time_limit
     * @param directory command_execution_directory, unexpanded
     * @param filter command_expansion_filter
     * @param directoryFilter execution_directory_expansion_filter
     * @param environment what export_environment passes on
     */
    record Command(String mailboxCommand, String shell, Duration limit, String directory, String filter,
            String directoryFilter, Map<String, String> environment) {}
}
