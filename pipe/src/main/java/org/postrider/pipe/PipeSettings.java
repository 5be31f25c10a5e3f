package org.postrider.pipe;

import java.time.Duration;
import java.util.Map;
import org.postrider.common.config.Parameters;
import org.postrider.common.delivery.DeliveryService;

/**
 * main.cf as one service of pipe(8) uses it, read once per configuration generation.
 *
 * @param delimiters recipient_delimiter
 * @param limit the service's own {@code _time_limit}, or command_time_limit
 * @param environment what export_environment passes on
 * @param originalRecipient enable_original_recipient
 * @param mailOwner mail_owner, whose rights no command gets
 */
record PipeSettings(String delimiters, Duration limit, Map<String, String> environment, boolean originalRecipient,
        String mailOwner) {
    /**
     * @param service its name in master.cf
     * @param environment of this process
     */
    static PipeSettings of(Parameters parameters, String service, Map<String, String> environment) {
        return new PipeSettings(parameters.string("recipient_delimiter"), parameters.time(service + "_time_limit"),
                DeliveryService.exported(parameters.list("export_environment"), environment),
                parameters.bool("enable_original_recipient"), parameters.string("mail_owner"));
    }
}
