package org.postrider.common.ipc;

import java.util.List;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/**
 * {@code smtputf8_autodetect_classes}: whose messages ask for SMTPUTF8 (RFC 6531) by holding text that is not ASCII, though their
 * protocol has no way to ask.
 *
 * @param classes in lower case; nobody's while smtputf8_enable is off
 */
public record Utf8Detection(Set<String> classes) {
    private static final Set<String> KNOWN = Set.of("sendmail", "smtpd", "qmqpd", "forward", "bounce", "notify",
            "verify",
            "all");

    public Utf8Detection {
        classes = Set.copyOf(classes);
    }

    /** As main.cf has it. */
    public static Utf8Detection of(Parameters parameters) {
        List<String> classes = parameters.list("smtputf8_autodetect_classes");
        for (String word : classes) {
            if (!KNOWN.contains(word)) {
                throw new ConfigurationException("unknown smtputf8_autodetect_classes value \"" + word + "\" in \""
                        + String.join(", ", classes) + '"');
            }
        }
        return new Utf8Detection(parameters.bool("smtputf8_enable") ? Set.copyOf(classes) : Set.of());
    }

    /** What {@link CleanupClient#begin} is told of a message of this class, besides other things. */
    public int flag(String origin) {
        return classes.contains(origin) || classes.contains("all") ? CleanupClient.DETECT_UTF8 : 0;
    }
}
