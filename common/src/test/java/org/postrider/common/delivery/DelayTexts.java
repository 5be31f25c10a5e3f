package org.postrider.common.delivery;

/** How the tests write delays. */
final class DelayTexts {
    static final DelayText DEFAULT = new DelayText(2);

    private DelayTexts() {}
}
