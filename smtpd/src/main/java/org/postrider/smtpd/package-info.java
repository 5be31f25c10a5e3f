/**
 * Door in: the SMTP server (smtpd(8), RFC 5321). Talks with clients from the network, decides whom and what to accept, and
 * streams messages to cleanup, never keeping one.
 *
 * <p>Started by master. Read {@link org.postrider.smtpd.SmtpSession} first, then {@link org.postrider.smtpd.VerbTable},
 * {@link org.postrider.smtpd.Restriction} and {@link org.postrider.smtpd.CleanupStream}. One virtual thread serves one client;
 * everything of a session is touched by that thread alone, everything in {@link org.postrider.smtpd.Site} is shared and
 * immutable or safe for many threads. {@code postfix explain} plays a session to the same classes, with a {@link
 * org.postrider.smtpd.Witness} who notes what was asked and answered (docs/adr/0019). Not to import: another program, Netty.
 */
@NullMarked
package org.postrider.smtpd;

import org.jspecify.annotations.NullMarked;
