/**
 * trivial-rewrite: says what an address means and where it leads, trivial-rewrite(8). Asked by smtpd, cleanup, qmgr, local and
 * others on {@code private/rewrite}, with the messages {@link org.postrider.common.ipc.RewriteRequest} and
 * {@link org.postrider.common.ipc.ResolveRequest}.
 *
 * <p>Read {@link org.postrider.rewrite.AddressRewriter} first, then {@link org.postrider.rewrite.AddressResolver}. Both are
 * immutable; every conversation's virtual thread calls them directly, and only table lookups may block. Not to import: queue,
 * smtp, dns.
 */
@NullMarked
package org.postrider.rewrite;

import org.jspecify.annotations.NullMarked;
