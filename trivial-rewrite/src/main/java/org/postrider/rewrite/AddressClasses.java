package org.postrider.rewrite;

import java.util.List;
import java.util.Set;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.MatchOutcome;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which address class a domain that is not local belongs to (ADDRESS_CLASS_README); the first list that has it decides. */
final class AddressClasses {
    /**
     * The class, or that a list could not be asked.
     *
     * @param flag one of the class flags of {@link ResolveAnswer}, or {@link ResolveAnswer#FAIL}
     */
    record Membership(int flag) {
        boolean failed() {
            return flag == ResolveAnswer.FAIL;
        }
    }

    private record Listed(String parameter, int flag, MatchList domains) {}

    private static final Logger log = LoggerFactory.getLogger(AddressClasses.class);

    private final List<Listed> lists;
    private final boolean warns;

    AddressClasses(RewriteSettings.Domains domains, Tables tables) {
        Set<String> parents = domains.parents();
        this.lists = List.of(
                listed("virtual_alias_domains", ResolveAnswer.CLASS_ALIAS, domains.virtualAlias(), parents, tables),
                listed("virtual_mailbox_domains", ResolveAnswer.CLASS_VIRTUAL, domains.virtualMailbox(), parents,
                        tables),
                listed("relay_domains", ResolveAnswer.CLASS_RELAY, domains.relay(), parents, tables));
        this.warns = domains.warns();
    }

    private static Listed listed(String name, int flag, String list, Set<String> parents, Tables tables) {
        return new Listed(name, flag, MatchList.domains(list, parents.contains(name), tables));
    }

    Membership of(String domain) {
        for (Listed listed : lists) {
            switch (listed.domains.match(domain)) {
                case MATCH -> {
                    return new Membership(listed.flag);
                }
                case UNAVAILABLE -> {
                    log.warn("{} lookup failure", listed.parameter);
                    return new Membership(ResolveAnswer.FAIL);
                }
                case NO_MATCH -> {
                }
            }
        }
        return new Membership(ResolveAnswer.CLASS_DEFAULT);
    }

    /** Says so when a local domain is listed as something else, too. */
    void warnIfListed(String domain) {
        if (!warns) {
            return;
        }
        for (Listed listed : lists.subList(0, 2)) {
            if (listed.domains.match(domain) == MatchOutcome.MATCH) {
                log.warn("do not list domain {} in BOTH mydestination and {}", domain, listed.parameter);
            }
        }
    }

    /** Says so when a virtual alias domain is listed as something else, too. */
    void warnIfListedTwice(String domain, int flag) {
        if (!warns) {
            return;
        }
        String first = "";
        for (Listed listed : lists) {
            if (listed.flag == flag) {
                first = listed.parameter;
            } else if (!first.isEmpty() && listed.domains.match(domain) == MatchOutcome.MATCH) {
                log.warn("do not list domain {} in BOTH {} and {}", domain, first, listed.parameter);
            }
        }
    }
}
