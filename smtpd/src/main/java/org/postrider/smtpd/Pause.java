package org.postrider.smtpd;

import java.time.Duration;

/** How a session waits on purpose: smtpd_error_sleep_time and the restriction {@code sleep}. */
@FunctionalInterface
interface Pause {
    void rest(Duration time);

    /** Really waits, on the session's virtual thread. An interrupt cuts it short and stays pending. */
    static Pause real() {
        return time -> {
            try {
                Thread.sleep(time);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        };
    }
}
