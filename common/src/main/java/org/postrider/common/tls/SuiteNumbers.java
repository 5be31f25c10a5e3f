package org.postrider.common.tls;

import java.util.Map;
import java.util.Optional;

/**
 * The numbers of cipher suites before TLS 1.3 that authenticate by RSA or ECDSA (RFC 5246 appendix A.5, 5288, 5289, 7905 and 8422), by
 * Java's names.
 */
final class SuiteNumbers {
    private static final Map<String, Integer> ALL = Map.ofEntries(
            Map.entry("TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0x000a),
            Map.entry("TLS_RSA_WITH_AES_128_CBC_SHA", 0x002f),
            Map.entry("TLS_RSA_WITH_AES_256_CBC_SHA", 0x0035),
            Map.entry("TLS_RSA_WITH_AES_128_CBC_SHA256", 0x003c),
            Map.entry("TLS_RSA_WITH_AES_256_CBC_SHA256", 0x003d),
            Map.entry("TLS_RSA_WITH_AES_128_GCM_SHA256", 0x009c),
            Map.entry("TLS_RSA_WITH_AES_256_GCM_SHA384", 0x009d),
            Map.entry("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", 0x0033),
            Map.entry("TLS_DHE_RSA_WITH_AES_256_CBC_SHA", 0x0039),
            Map.entry("TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", 0x0067),
            Map.entry("TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", 0x006b),
            Map.entry("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 0x009e),
            Map.entry("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", 0x009f),
            Map.entry("TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xccaa),
            Map.entry("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xc013),
            Map.entry("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 0xc014),
            Map.entry("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0xc027),
            Map.entry("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", 0xc028),
            Map.entry("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xc02f),
            Map.entry("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0xc030),
            Map.entry("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xcca8),
            Map.entry("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 0xc009),
            Map.entry("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", 0xc00a),
            Map.entry("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", 0xc023),
            Map.entry("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", 0xc024),
            Map.entry("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xc02b),
            Map.entry("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", 0xc02c),
            Map.entry("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", 0xcca9));

    private SuiteNumbers() {}

    /** The number; empty for a suite of another kind. */
    static Optional<Integer> of(String suite) {
        return Optional.ofNullable(ALL.get(suite));
    }
}
