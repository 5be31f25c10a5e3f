package org.postrider.smtpd;

/** One word of a restriction list, ready to be asked. Stateless and shared by all sessions of a service. */
@FunctionalInterface
interface Restriction {
    Verdict ask(Inquiry inquiry);
}
