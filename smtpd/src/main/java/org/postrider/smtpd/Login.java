package org.postrider.smtpd;

/**
 * Who the client has proved to be (RFC 4954).
 *
 * @param method the mechanism, upper case
 * @param user as the authentication service names it
 */
record Login(String method, String user) {}
