package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.mail.Recipient;

class LogTextTest {
    private static final Recipient JOE = new Recipient(1, "joe user@example.org", "all\tusers@example.org", "", 0);

    private static String line(AddressForm form) {
        return new LogText(form, new DelayFormat(2)).delivery(Samples.head("ABC"), JOE, Samples.START, "4.3.0",
                "deferred", "later");
    }

    @Test
    void addressesStandInTheFormThatIsWanted() {
        assertThat(line(AddressForm.EXTERNAL)).startsWith(
                "ABC: to=<\"joe user\"@example.org>, orig_to=<\"all?users\"@example.org>, relay=none, delay=")
                .endsWith(", dsn=4.3.0, status=deferred (later)");
        assertThat(line(AddressForm.INTERNAL))
                .startsWith("ABC: to=<joe user@example.org>, orig_to=<all?users@example.org>, relay=none, delay=");
    }
}
