/**
 * How the programs of the suite talk: attribute lists ({@code name NUL value NUL ... NUL}, Postfix's own binary form) over
 * Unix-domain sockets in the queue directory's {@code private} and {@code public} folders. Every message is a record whose
 * encoding and decoding stand in one file; a field that an older peer does not send has a default.
 *
 * <p>Read {@link org.postrider.common.ipc.Attributes}, then {@link org.postrider.common.ipc.ServiceClient}. Calls block the
 * calling (virtual) thread and are limited by {@code ipc_timeout}. New mail goes to {@link org.postrider.common.ipc.Submissions}, the
 * suite's own letters about sessions by {@link org.postrider.common.ipc.PostmasterLetters}.
 */
@NullMarked
package org.postrider.common.ipc;

import org.jspecify.annotations.NullMarked;
