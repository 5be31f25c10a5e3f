package org.postrider.rewrite;

import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.lookup.MatchOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that a domain is completed by the old default of append_dot_mydomain, which a low {@code compatibility_level}
 * keeps (COMPATIBILITY_README). {@code localhost} is no trouble where it is one of our domains.
 */
final class LegacyCompletion implements AddressRewriter.Completion {
    private static final Logger log = LoggerFactory.getLogger(LegacyCompletion.class);
    private static final String USING = "using backwards-compatible default setting append_dot_mydomain=yes to rewrite";

    private final LocalDomains localDomains;
    private final AddressClasses classes;

    LegacyCompletion(LocalDomains localDomains, AddressClasses classes) {
        this.localDomains = localDomains;
        this.classes = classes;
    }

    @Override
    public void completing(String domain, String parentDomain) {
        if (!domain.equalsIgnoreCase("localhost")) {
            log.info("{} \"{}\" to \"{}.{}\"", USING, domain, domain, parentDomain);
        } else if (localDomains.match(domain) != MatchOutcome.MATCH
                && classes.of(domain).flag() == ResolveAnswer.CLASS_DEFAULT) {
            log.info("{} \"{}\" to \"{}.{}\"; please add \"localhost\" to mydestination or other address class", USING,
                    domain, domain, parentDomain);
        }
    }
}
