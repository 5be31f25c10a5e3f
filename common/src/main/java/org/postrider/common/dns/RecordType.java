package org.postrider.common.dns;

/** The resource record types that mail asks for; the names are those of log lines. */
public enum RecordType {
    A(1), NS(2), CNAME(5), PTR(12), MX(15), TXT(16), AAAA(28), SRV(33);

    private final int code;

    RecordType(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    int code() {
        return code;
    }
}
