package org.postrider.local;

import java.io.IOException;
import org.postrider.common.ipc.ResolveAnswer;

/** What addresses mean and where they lead; trivial-rewrite, or a fake in tests. */
interface Addresses {
    /** The address in full form, {@code @$myorigin} appended where it has no domain; internal form. */
    String rewrite(String address) throws IOException;

    /** Where mail for a full address goes. */
    ResolveAnswer resolve(String sender, String address) throws IOException;
}
