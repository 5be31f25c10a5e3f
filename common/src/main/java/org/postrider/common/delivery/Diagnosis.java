package org.postrider.common.delivery;

import org.postrider.common.mail.DsnStatus;

/**
 * Why a recipient ended as it did.
 *
 * @param status the enhanced status code and the text for people
 * @param relay what stands behind {@code relay=} in the log
 * @param remoteMta name of the host that answered (Remote-MTA of RFC 3464); empty when there was none
 * @param diagnosticType {@code smtp} or {@code x-unix}; empty when there is no diagnostic
 * @param diagnosticText the host's or the command's own words
 */
public record Diagnosis(DsnStatus status, String relay, String remoteMta, String diagnosticType,
        String diagnosticText) {
    /** A diagnosis of our own: no host spoke and no command. */
    public static Diagnosis of(String code, String text, String relay) {
        return new Diagnosis(new DsnStatus(code, text), relay, "", "", "");
    }

    /** The same with another status. */
    public Diagnosis withStatus(DsnStatus changed) {
        return new Diagnosis(changed, relay, remoteMta, diagnosticType, diagnosticText);
    }
}
