package org.postrider.common.smtp;

/** What a server does about lines that end in LF without CR: smtpd_forbid_bare_newline of postconf(5). */
public enum BareNewline {
    /** Any line that is one dot ends the data, however it and the line before end. Open to SMTP smuggling. */
    NO,
    /** The standard end of data is required; other lines may end in a bare LF. */
    NORMALIZE,
    /** As {@link #NORMALIZE}, and a command or content with a bare LF is refused. */
    REJECT,
    /** As {@link #NORMALIZE}, and the fact is noted in the log. */
    NOTE
}
