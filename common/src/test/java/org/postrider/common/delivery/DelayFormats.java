package org.postrider.common.delivery;

import org.postrider.common.mail.DelayFormat;

/** How the tests write delays. */
final class DelayFormats {
    static final DelayFormat DEFAULT = new DelayFormat(2);

    private DelayFormats() {}
}
