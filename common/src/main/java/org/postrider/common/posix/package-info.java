/**
 * The few system calls that Java lacks, through {@code java.lang.foreign}. Every foreign call of the suite stands in this room;
 * elsewhere {@code java.lang.foreign} is used for mapped files only. Linux with glibc, x86-64 and aarch64 (LP64). Three libraries have
 * their calls here too: libpcre2 ({@link org.postrider.common.posix.PerlPattern}), the C library's regular expressions
 * ({@link org.postrider.common.posix.PosixPattern}) and liblmdb ({@link org.postrider.common.posix.LmdbEnvironment}); the first and the
 * last are loaded when a table needs them.
 *
 * <p>Called by master (listeners, children, poll), the daemon skeleton (control channel, privileges) and the doors out that
 * become a recipient. Read {@link org.postrider.common.posix.LibraryFunction} first, then the noun you need: {@link
 * org.postrider.common.posix.Descriptors}, {@link org.postrider.common.posix.Sockets}, {@link
 * org.postrider.common.posix.DescriptorPassing}, {@link org.postrider.common.posix.Poll}, {@link
 * org.postrider.common.posix.Inodes}, {@link org.postrider.common.posix.Identity}, {@link
 * org.postrider.common.posix.FileSystemIdentity}, {@link org.postrider.common.posix.Accounts}, {@link
 * org.postrider.common.posix.Children}, {@link org.postrider.common.posix.NewFile} for mailbox files, {@link
 * org.postrider.common.posix.SharedSync} for files that are finished at the same time, and what it and the queue's journal gather
 * by, {@link org.postrider.common.posix.GroupWork}. A failing call throws {@link org.postrider.common.posix.PosixException} with errno;
 * {@link org.postrider.common.posix.FileWords} has the system's words for the exceptions of Java's own file calls.
 *
 * <p>Threads: a foreign call pins a virtual thread to its carrier, so whatever may block here (poll, recvmsg, flock) belongs on
 * a platform thread. Descriptors are plain ints; who opens one closes it. Imports no other room.
 */
@NullMarked
package org.postrider.common.posix;

import org.jspecify.annotations.NullMarked;
