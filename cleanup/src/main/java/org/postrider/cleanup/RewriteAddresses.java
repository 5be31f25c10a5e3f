package org.postrider.cleanup;

import java.io.IOException;

/** trivial-rewrite, as cleanup asks it. Addresses in internal form. */
interface RewriteAddresses {
    /**
     * The address in full form.
     *
     * @throws IOException when it can't be asked now
     */
    String rewrite(String context, String address) throws IOException;
}
