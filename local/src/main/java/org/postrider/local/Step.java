package org.postrider.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.delivery.AddressParts;
import org.postrider.common.delivery.Rights;

/**
 * Where an expansion stands: the recipient of the request at first, then what its aliases and .forward files lead to. Immutable.
 *
 * @param address the address that is served now, local part in lower case
 * @param origin what named it
 * @param from the alias, user or include file that named it; empty at first
 * @param level how deep the expansion is
 * @param sender the envelope sender, which an owner alias replaces
 * @param owner who answers for the list: an owner alias, or the user of a .forward file; empty for nobody
 * @param rights with whose rights files and commands named here are used; empty where nothing may name any
 * @param deliveredTo for the Delivered-To header
 * @param path the addresses and aliases that led here, in lower case
 */
record Step(AddressParts address, Origin origin, String from, int level, String sender, String owner,
        Optional<Rights> rights, String deliveredTo, List<String> path) {
    /** What named an address. */
    enum Origin {
        /** The delivery request. */
        REQUEST("request"),
        /** An alias. */
        ALIAS("alias"),
        /** A .forward file. */
        FORWARD("forward"),
        /** An include file. */
        INCLUDE("include");

        private final String word;

        Origin(String word) {
            this.word = word;
        }

        /** The word in allow_mail_to_commands and its like. */
        String word() {
            return word;
        }
    }

    /** The same expansion one level deeper, at another address. */
    Step at(AddressParts next) {
        List<String> longer = new ArrayList<>(path);
        longer.add(address.full().toLowerCase(Locale.ROOT));
        return new Step(next, origin, from, level + 1, sender, owner, rights, deliveredTo, List.copyOf(longer));
    }

    /** True when this address led to itself, and not because an alias or a .forward file names itself. */
    boolean isLoop() {
        boolean namesItself = (origin == Origin.ALIAS || origin == Origin.FORWARD)
                && (from.equalsIgnoreCase(address.local()) || from.equalsIgnoreCase(address.user()));
        return !namesItself && path.contains(address.full().toLowerCase(Locale.ROOT));
    }

    /** Inside the expansion of an alias, a .forward file or an include file. */
    Step inside(Origin newOrigin, String newFrom, Rights newRights) {
        List<String> longer = new ArrayList<>(path);
        longer.add(newOrigin.word + ' ' + newFrom.toLowerCase(Locale.ROOT));
        return new Step(address, newOrigin, newFrom, level + 1, sender, owner, Optional.of(newRights), deliveredTo,
                List.copyOf(longer));
    }

    /** True inside the expansion of this alias: to find it here again is a circle, not a second mention. */
    boolean isInside(String alias) {
        return path.contains(Origin.ALIAS.word + ' ' + alias.toLowerCase(Locale.ROOT));
    }

    Step withSender(String newSender) {
        return new Step(address, origin, from, level, newSender, owner, rights, deliveredTo, path);
    }

    Step withOwner(String newOwner) {
        return new Step(address, origin, from, level, sender, newOwner, rights, deliveredTo, path);
    }

    Step withDeliveredTo(String newAddress) {
        return new Step(address, origin, from, level, sender, owner, rights, newAddress, path);
    }
}
