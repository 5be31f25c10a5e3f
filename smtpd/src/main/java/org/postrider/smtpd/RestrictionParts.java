package org.postrider.smtpd;

import org.postrider.common.config.Parameters;

/** What restrictions are made of. */
record RestrictionParts(AccessTables tables, DnsListRestrictions dnsLists, VerifyRestrictions verification,
        Parameters parameters) {}
