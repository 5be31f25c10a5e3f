/**
 * Questions to the domain name system and what mail makes of the answers. Called by smtpd (client names, sender and
 * recipient domains) and by the SMTP client (mail exchangers and addresses). Read {@link org.postrider.common.dns.Resolver}
 * first, then {@link org.postrider.common.dns.MxLookup} and {@link org.postrider.common.dns.ClientName}. Everything here blocks
 * the calling virtual thread and is safe for many threads; dnsjava is used in this room only. Imports {@code config} for the form that
 * names have in DNS, and no other room.
 */
@NullMarked
package org.postrider.common.dns;

import org.jspecify.annotations.NullMarked;
