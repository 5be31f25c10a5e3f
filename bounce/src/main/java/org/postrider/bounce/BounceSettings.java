package org.postrider.bounce;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.Utf8Detection;
import org.postrider.common.notice.NoticeTemplates;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What bounce(8) reads from main.cf, once for every configuration.
 *
 * @param hostName myhostname
 * @param mailName mail_name
 * @param notifyClasses notify_classes, lower case
 * @param bounceRecipient bounce_notice_recipient
 * @param doubleBounceRecipient 2bounce_notice_recipient
 * @param delayRecipient delay_notice_recipient
 * @param doubleBounceSender double_bounce_sender, at this host
 * @param sizeLimit bounce_size_limit: larger messages are returned by their header only
 * @param lineLimit line_length_limit
 * @param threaded enable_threaded_bounces
 * @param oldLogForm backwards_bounce_logfile_compatibility
 * @param filterNotices internal_mail_filter_classes has bounce
 * @param utf8Flag what smtputf8_autodetect_classes says of bounce
 * @param tlsRequiredHeader tls_required_enable: a letter about mail with {@code TLS-Required: no} has that field too
 * @param redacts requiretls_redact_dsn: of a message that wanted REQUIRETLS the header comes back only
 * @param lifetime maximal_queue_lifetime
 * @param verpCharacters verp_delimiter_filter
 * @param zone for dates
 * @param templates with every name expanded
 */
record BounceSettings(String hostName, String mailName, Set<String> notifyClasses,
        String bounceRecipient, String doubleBounceRecipient, String delayRecipient, String doubleBounceSender,
        long sizeLimit, int lineLimit, boolean threaded, boolean oldLogForm, boolean filterNotices, int utf8Flag,
        boolean tlsRequiredHeader, boolean redacts, Duration lifetime,
        String verpCharacters, ZoneId zone, NoticeTemplates templates) {
    private static final Logger LOG = LoggerFactory.getLogger(BounceSettings.class);

    static BounceSettings of(Parameters parameters) {
        String hostName = parameters.string("myhostname");
        return new BounceSettings(hostName, parameters.string("mail_name"),
                words(parameters, "notify_classes"), parameters.string("bounce_notice_recipient"),
                parameters.string("2bounce_notice_recipient"), parameters.string("delay_notice_recipient"),
                qualified(parameters.string("double_bounce_sender"), hostName), parameters.number("bounce_size_limit"),
                parameters.number("line_length_limit"), parameters.bool("enable_threaded_bounces"),
                parameters.bool("backwards_bounce_logfile_compatibility"),
                words(parameters, "internal_mail_filter_classes").contains("bounce"),
                Utf8Detection.of(parameters).flag("bounce"),
                parameters.bool("tls_required_enable"), parameters.bool("requiretls_redact_dsn"),
                parameters.time("maximal_queue_lifetime"),
                parameters.string("verp_delimiter_filter"),
                ZoneId.systemDefault(),
                NoticeTemplates.configured(parameters, text -> LOG.warn("{}", text)).expanded(parameters));
    }

    private static Set<String> words(Parameters parameters, String name) {
        return parameters.list(name).stream().map(word -> word.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String qualified(String address, String domain) {
        return address.indexOf('@') < 0 ? address + '@' + domain : address;
    }

    /** What stands for the null sender in headers. */
    String mailerDaemon() {
        return qualified("MAILER-DAEMON", hostName);
    }

    /** mail_name as it may stand in a header's name. */
    String headerName() {
        StringBuilder name = new StringBuilder(mailName);
        for (int i = 0; i < name.length(); i++) {
            if (" \t\r\n()<>@,;:\\\".[]".indexOf(name.charAt(i)) >= 0) {
                name.setCharAt(i, '-');
            }
        }
        return name.toString();
    }
}
