package org.postrider.common.mail;

/**
 * How a delivery or a refusal ended, for machines and for people.
 *
 * @param code enhanced status code of RFC 3463, {@code 5.1.1}
 * @param text explanation without line ends
 */
public record DsnStatus(String code, String text) {}
