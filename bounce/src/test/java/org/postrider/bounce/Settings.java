package org.postrider.bounce;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.notice.NoticeTemplates;

/** Settings as a stock main.cf gives them. */
final class Settings {
    private Settings() {}

    static BounceSettings of(String... notifyClasses) {
        return of(50_000, false, notifyClasses);
    }

    static BounceSettings of(long sizeLimit, boolean threaded, String... notifyClasses) {
        return new BounceSettings("mail.example.org", "Postrider", Set.of(notifyClasses), "postmaster",
                "2postmaster", "dpostmaster", "double-bounce@mail.example.org", sizeLimit, 2048, threaded, true, false,
                0, true, true, Duration.ofDays(5), "-=+", ZoneOffset.UTC,
                NoticeTemplates.standard().expanded(Parameters.of(Map.of("myhostname", "mail.example.org", "mydomain",
                        "example.org", "delay_warning_time", "4h", "maximal_queue_lifetime", "5d"))));
    }
}
