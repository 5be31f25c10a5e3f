package org.postrider.common.mail;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The envelope sender of address probes: address_verify_sender, and with address_verify_sender_ttl a local part that changes with
 * time, so that nobody can make use of a harvested one. The present, the previous and the next of these are good.
 *
 * @param address with domain, internal form; empty for the null sender
 * @param lifetime zero for an address that stays
 */
public record ProbeSender(String address, Duration lifetime) {
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
    private static final int LENGTH = 4;

    /**
     * From the parameters.
     *
     * @param origin the domain of an address that has none
     */
    public static ProbeSender of(String address, String origin, Duration lifetime) {
        boolean complete = address.isEmpty() || address.indexOf('@') >= 0;
        return new ProbeSender(complete ? address : address + '@' + origin, lifetime);
    }

    /** The address to use now. */
    public String at(Instant now) {
        return address.isEmpty() || lifetime.isZero() ? address : dated(now);
    }

    /** True for an address that is, was or will be in use. */
    public boolean matches(String candidate, Instant now) {
        if (address.isEmpty()) {
            return false;
        }
        return lifetime.isZero()
                ? candidate.equalsIgnoreCase(address)
                : List.of(now, now.minus(lifetime), now.plus(lifetime)).stream()
                        .anyMatch(time -> candidate.equalsIgnoreCase(dated(time)));
    }

    private String dated(Instant time) {
        long slot = time.getEpochSecond() / Math.max(1, lifetime.toSeconds());
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            letters.append(LETTERS.charAt((int) (slot % LETTERS.length())));
            slot /= LETTERS.length();
        }
        int at = address.lastIndexOf('@');
        return address.substring(0, at) + letters + address.substring(at);
    }
}
