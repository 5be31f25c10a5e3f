package org.postrider.common.wire;

/**
 * What a client calls the server: sessions are taken up again under it, and a name, unlike an address, is told to the server
 * (RFC 6066 section 3).
 *
 * @param name a host name or an address
 */
public record TlsServerName(String name, int port) {}
