/**
 * The stable log lines and where they go. Every program logs through SLF4J; Logback carries the lines to one appender of ours
 * that writes them exactly as operators and their log readers know them: {@code postfix/smtpd[123]: text}.
 *
 * <p>Read {@link org.postrider.common.log.LogContext} first. The appender runs on the caller's thread and hands finished lines
 * to one writing thread. This room and packaging are the only users of Logback.
 */
@NullMarked
package org.postrider.common.log;

import org.jspecify.annotations.NullMarked;
