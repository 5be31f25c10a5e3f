package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.testing.DaemonHarness;

/** Whose order of ciphers counts. */
class CipherOrderTest {
    private static final String FIRST = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    private static final String SECOND = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";

    @ParameterizedTest
    @CsvSource({"no, " + FIRST, "yes, " + SECOND})
    void thatOfTheClientOrTheServer(String preempt, String chosen, @TempDir Path directory) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            FakeDaemons _ = new FakeDaemons(harness);
            int port = StartTlsTest.set(harness).set("tls_preempt_cipherlist", preempt)
                    .set("tls_medium_cipherlist", "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256")
                    .startInet(new Smtpd(), "smtp");
            try (TlsClient peer = StartTlsTest.started(port)) {
                assertThat(peer.encrypt(TlsClient.context(false), "mail.example.com", parameters -> {
                    parameters.setProtocols(new String[]{"TLSv1.2"});
                    parameters.setCipherSuites(new String[]{FIRST, SECOND});
                }).getSession().getCipherSuite()).isEqualTo(chosen);
            }
        }
    }
}
