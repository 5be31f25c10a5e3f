package org.postrider.smtpd;

/** What restrictions are made of. */
record RestrictionParts(AccessTables tables, DnsListRestrictions dnsLists, VerifyRestrictions verification,
        RestrictionSettings settings) {}
