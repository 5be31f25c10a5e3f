package org.postrider.common.wire;

/** Who is at the other end of a Unix-domain socket, as the kernel knows it (SO_PEERCRED, unix(7)). */
public record PeerCredentials(int pid, int uid, int gid) {}
