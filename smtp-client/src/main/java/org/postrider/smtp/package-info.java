/**
 * Door out: SMTP (RFC 5321) and LMTP (RFC 2033); the services smtp, relay and lmtp. Called by qmgr with a delivery request,
 * answers with a report when every recipient is settled.
 *
 * <p>Read {@link org.postrider.smtp.DeliveryAttempt} first (destinations and hosts in order), then
 * {@link org.postrider.smtp.SmtpSession} (greeting and capabilities), {@link org.postrider.smtp.Transaction} (one message), and
 * {@link org.postrider.smtp.FailurePolicy} (what a failure means; nothing else decides that). {@link org.postrider.smtp.TlsPolicy} says
 * what a destination's TLS must be. {@link org.postrider.smtp.Transcript} is what the log and the postmaster get of a session's words.
 *
 * <p>Everything runs on the delivery request's virtual thread; {@link org.postrider.smtp.SessionPool} and {@link
 * org.postrider.smtp.TlsClient} are shared by threads. Must not import any other program, Netty or dnsjava.
 */
@NullMarked
package org.postrider.smtp;

import org.jspecify.annotations.NullMarked;
