package org.postrider.smtpd;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/** Refuses to start an open relay: some restriction of the relay or recipient list must turn away mail for strangers. */
final class RelaySafety {
    private static final Set<String> STOPPERS = Set.of("reject_unauth_destination", "defer_unauth_destination",
            "reject",
            "defer", "defer_if_permit", "check_relay_domains");

    private RelaySafety() {}

    /** @throws ConfigurationException when nothing stops mail for strangers */
    static void check(Parameters parameters) {
        Set<String> classes = Set.copyOf(parameters.list("smtpd_restriction_classes"));
        boolean relay = stops(parameters, parameters.list("smtpd_relay_restrictions"), classes, new HashSet<>());
        if (!relay && !stops(parameters, parameters.list("smtpd_recipient_restrictions"), classes, new HashSet<>())) {
            throw new ConfigurationException("in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, "
                    + "specify at least one working instance of: reject_unauth_destination, "
                    + "defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains");
        }
    }

    private static boolean stops(Parameters parameters, List<String> words, Set<String> classes, Set<String> seen) {
        boolean weakened = false;
        for (String word : words) {
            String name = word.toLowerCase(Locale.ROOT);
            if (!weakened && STOPPERS.contains(name)) {
                return true;
            }
            if (name.equals("permit")) {
                return false;
            }
            if (!weakened && classes.contains(word) && seen.add(word)
                    && stops(parameters, parameters.list(word), classes, seen)) {
                return true;
            }
            weakened = name.equals("warn_if_reject");
        }
        return false;
    }
}
