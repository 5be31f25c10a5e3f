package org.postrider.local;

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
 */
record Step(AddressParts address, Origin origin, String from, int level, String sender, String owner,
        Optional<Rights> rights, String deliveredTo) {
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
        return new Step(next, origin, from, level + 1, sender, owner, rights, deliveredTo);
    }

    /** Inside the expansion of an alias, a .forward file or an include file. */
    Step inside(Origin newOrigin, String newFrom, Rights newRights) {
        return new Step(address, newOrigin, newFrom, level + 1, sender, owner, Optional.of(newRights), deliveredTo);
    }

    Step withSender(String newSender) {
        return new Step(address, origin, from, level, newSender, owner, rights, deliveredTo);
    }

    Step withOwner(String newOwner) {
        return new Step(address, origin, from, level, sender, newOwner, rights, deliveredTo);
    }

    Step withDeliveredTo(String address) {
        return new Step(this.address, origin, from, level, sender, owner, rights, address);
    }
}
