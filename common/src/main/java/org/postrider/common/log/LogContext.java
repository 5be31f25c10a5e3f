package org.postrider.common.log;

/**
 * What stands before the colon of a log line: the tag ({@code postfix/smtpd}, from syslog_name and the program or service) and
 * the number in brackets. Log readers pair {@code connect} with {@code disconnect} by that number, so a daemon that serves many
 * clients binds a number of its own for every session.
 */
public record LogContext(String tag, long number) {
    /** The context of the running conversation; unbound outside one, where the process's own context is used. */
    public static final ScopedValue<LogContext> CURRENT = ScopedValue.newInstance();

    /** Runs with this context. */
    public void run(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }
}
