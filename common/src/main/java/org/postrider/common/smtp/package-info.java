/**
 * The language of SMTP (RFC 5321): replies, command lines, paths with their ESMTP parameters, line framing, end of data and
 * dot-stuffing. Nothing here decides about mail.
 *
 * <p>Called by smtpd (command lines, {@link org.postrider.common.smtp.SmtpLineReader},
 * {@link org.postrider.common.smtp.DataReader}), by the SMTP client ({@link org.postrider.common.smtp.ReplyReader},
 * {@link org.postrider.common.smtp.DotStuffer}) and by tests. Read {@link org.postrider.common.smtp.Reply} first.
 *
 * <p>Everything runs on the conversation's own thread, over the windows of {@code wire}; strings hold one byte per char. Not to
 * import: Netty, config, lookup, ipc.
 */
@NullMarked
package org.postrider.common.smtp;

import org.jspecify.annotations.NullMarked;
