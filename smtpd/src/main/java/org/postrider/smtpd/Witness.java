package org.postrider.smtpd;

import org.postrider.common.smtp.Reply;

/**
 * Hears what is asked and answered while restriction lists are evaluated, in the order in which it happens; what an inner list is
 * asked comes between the question and the answer of the restriction that holds it. For {@code postfix explain}; sessions of
 * clients have {@link #NOBODY}. One session's thread.
 */
interface Witness {
    /** Does not listen. */
    Witness NOBODY = new Witness() {
        @Override
        public void asks(String origin, RestrictionList.Item item) {}

        @Override
        public void answered(Verdict verdict) {}

        @Override
        public void acts(String action, String text) {}

        @Override
        public void putsAside(Reply reply) {}

        @Override
        public void refuses(Reply reply) {}
    };

    /** A restriction is about to be asked; the origin is that of its {@link RestrictionList}. */
    void asks(String origin, RestrictionList.Item item);

    /** The answer to the latest question that has none. */
    void answered(Verdict verdict);

    /** Something that is logged: {@code reject_warning}, {@code hold}, {@code warn} and the like. */
    void acts(String action, String text);

    /** {@code defer_if_permit} or {@code defer_if_reject}: a refusal that may count later. */
    void putsAside(Reply reply);

    /** All lists of a command were asked, and this refusal, which an answer or what was put aside brought, is what counts. */
    void refuses(Reply reply);
}
