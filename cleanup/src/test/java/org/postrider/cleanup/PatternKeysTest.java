package org.postrider.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.CleanupClient;

/** Tables of patterns see addresses as they are written, as with Postfix 3.7: capitals get into the result. */
class PatternKeysTest {
    @Test
    void capitalsAreKept(@TempDir Path directory) throws IOException {
        try (CleanupRig rig = new CleanupRig(directory)) {
            rig.table("virtual_alias_maps", "regexp", "/^(v.*)@example\\.test$/ va-$1@x.test\n")
                    .table("recipient_canonical_maps", "regexp", "/^(c.*)@example\\.test$/ ca-$1@x.test\n")
                    .table("sender_canonical_maps", "regexp", "/^(s.*)@example\\.test$/ sa-$1@x.test\n")
                    .table("recipient_bcc_maps", "regexp", "/^(b.*)@example\\.test$/ ba-$1@x.test\n").start();
            assertThat(rig.send(CleanupClient.EXTERNAL, """
                    T1795242026 0
                    SSsEr@Example.TEST
                    RVsEr@Example.TEST
                    RCsEr@Example.TEST
                    RBsEr@Example.TEST
                    M
                    NSubject: x
                    X
                    E
                    """).succeeded()).isTrue();
            assertThat(rig.stored("incoming")).contains("\nSsa-SsEr@x.test\n", "\nRva-VsEr@x.test\n",
                    "\nRca-CsEr@x.test\n", "\nRBsEr@Example.TEST\n", "\nRba-BsEr@x.test\n");
        }
    }
}
