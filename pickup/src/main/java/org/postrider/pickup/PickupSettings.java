package org.postrider.pickup;

import java.time.Duration;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.ipc.Utf8Detection;

/**
 * The parameters of pickup(8), read once.
 *
 * @param hostName myhostname, for the Received header
 * @param mailName mail_name, for the Received header
 * @param mailOwner mail_owner: files of this user in maildrop were put there by the system itself
 * @param filter false when receive_override_options switches header and body checks off
 * @param mapping false when receive_override_options switches address mapping off
 * @param milters false when receive_override_options switches milters off
 * @param utf8Flag what smtputf8_autodetect_classes says of sendmail
 * @param addresses how addresses stand in the log
 * @param contentFilter content_filter, empty for none
 * @param timeout how long a user may be silent
 */
record PickupSettings(String hostName, String mailName, String mailOwner, boolean filter, boolean mapping,
        boolean milters, int utf8Flag, AddressForm addresses, String contentFilter, Duration timeout) {
    static PickupSettings of(Parameters parameters) throws ConfigurationException {
        var overrides = parameters.list("receive_override_options");
        return new PickupSettings(parameters.string("myhostname"), parameters.string("mail_name"),
                parameters.string("mail_owner"), !overrides.contains("no_header_body_checks"),
                !overrides.contains("no_address_mappings"), !overrides.contains("no_milters"),
                Utf8Detection.of(parameters).flag("sendmail"), AddressForm.of(parameters),
                parameters.string("content_filter"),
                parameters.time("ipc_timeout"));
    }
}
