/**
 * The nouns of a mail message: addresses and their quoting, address lists in header fields, header field names, dates, delivery
 * status codes, and a walk through header and body of a MIME message. Every program uses this room.
 *
 * <p>One char is one byte (ISO-8859-1) in every string here. Read {@link org.postrider.common.mail.Address} first, then
 * {@link org.postrider.common.mail.AddressList} and {@link org.postrider.common.mail.MimeState}. Nothing here blocks, logs or
 * keeps state between messages; objects that hold a position belong to one thread. It imports nothing but the JDK.
 */
@NullMarked
package org.postrider.common.mail;

import org.jspecify.annotations.NullMarked;
