package org.postrider.smtpd;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.KeyFolding;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.smtp.EnhancedStatus;

/**
 * Whether an address of ours exists (ADDRESS_CLASS_README): aliases and canonical maps first, then the table of the address
 * class. A class without tables takes every address. Safe for many threads.
 */
final class RecipientCheck {
    /**
     * The tables; an empty list knows nobody or everybody, as the class has it.
     *
     * @param aliases canonical_maps, recipient_canonical_maps, virtual_alias_maps: who is in these exists
     * @param senderAliases sender_canonical_maps: so does a sender who is in these
     * @param relocated relocated_maps: who has moved, and where to
     * @param alwaysLocal local parts in lower case that exist in local domains whatever the tables say
     * @param nameTables show_user_unknown_table_name
     */
    record Lists(TableList aliases, TableList senderAliases, TableList relocated, TableList local,
            Set<String> alwaysLocal, TableList mailboxes, TableList relay,
            boolean nameTables) {}

    private final Lists lists;
    private final AddressSearch inLocalDomain;
    private final AddressSearch elsewhere;

    RecipientCheck(Lists lists, AddressExtension extensions) {
        this.lists = lists;
        this.inLocalDomain = new AddressSearch(extensions, _ -> true, false);
        this.elsewhere = new AddressSearch(extensions, _ -> false, false);
    }

    /** Asks about the sender's or the recipient's address. */
    Verdict ask(Inquiry inquiry, Subject subject, String address) {
        if (inquiry.site().isProbeSender(address)) {
            return Verdict.DUNNO;
        }
        Optional<ResolveAnswer> resolved = inquiry.resolve(address);
        if (resolved.isEmpty()) {
            return inquiry.lookupFailure(subject);
        }
        ResolveAnswer answer = resolved.get();
        if (answer.has(ResolveAnswer.ERROR)) {
            return inquiry.refuse(subject, 501, subject == Subject.SENDER ? "5.1.7" : "5.1.3", "Bad address syntax");
        }
        LookupResult alias = find(lists.aliases, answer);
        if (alias instanceof LookupResult.NotFound && subject == Subject.SENDER) {
            alias = find(lists.senderAliases, answer);
        }
        return switch (alias) {
            case LookupResult.Found _ -> Verdict.DUNNO;
            case LookupResult.Unavailable _ -> inquiry.lookupFailure(subject);
            case LookupResult.NotFound() -> unlessMoved(inquiry, subject, answer);
        };
    }

    private Verdict unlessMoved(Inquiry inquiry, Subject subject, ResolveAnswer answer) {
        return switch (find(lists.relocated, answer)) {
            // As Postfix has it: the parameters about unknown users of the other classes have no say here.
            case LookupResult.Found(String where) ->
                unknown(inquiry, subject, answer.has(ResolveAnswer.CLASS_ALIAS) ? codeOf(answer, inquiry.codes()) : 550,
                        "5.1.6", "User has moved to " + where);
            case LookupResult.Unavailable _ -> inquiry.lookupFailure(subject);
            case LookupResult.NotFound() -> byTransport(inquiry, subject, answer);
        };
    }

    private Verdict byTransport(Inquiry inquiry, Subject subject, ResolveAnswer answer) {
        int code = codeOf(answer, inquiry.codes());
        return switch (answer.transport()) {
            case "error" -> refusal(inquiry, subject, code, answer.nexthop());
            case "retry" -> refusal(inquiry, subject, 450, answer.nexthop());
            default -> byClass(inquiry, subject, answer, code);
        };
    }

    private Verdict refusal(Inquiry inquiry, Subject subject, int code, String reason) {
        String status = EnhancedStatus.atStart(reason);
        String text = status.isEmpty() ? reason : EnhancedStatus.rest(reason);
        return unknown(inquiry, subject, code, status.isEmpty() ? unknownStatus(subject) : status, text);
    }

    private static String unknownStatus(Subject subject) {
        return subject == Subject.SENDER ? "5.1.0" : "5.1.1";
    }

    private Verdict byClass(Inquiry inquiry, Subject subject, ResolveAnswer answer, int code) {
        if (answer.has(ResolveAnswer.CLASS_LOCAL)) {
            return lists.alwaysLocal.contains(localPart(answer))
                    ? Verdict.DUNNO
                    : listed(inquiry, subject, answer, new Table(lists.local, code, "local recipient table"));
        }
        if (answer.has(ResolveAnswer.CLASS_ALIAS)) {
            return unknown(inquiry, subject, code, "virtual alias table");
        }
        if (answer.has(ResolveAnswer.CLASS_VIRTUAL)) {
            return listed(inquiry, subject, answer, new Table(lists.mailboxes, code, "virtual mailbox table"));
        }
        if (answer.has(ResolveAnswer.CLASS_RELAY)) {
            if (subject == Subject.RECIPIENT) {
                inquiry.site().legacy().acceptedAddress(answer.recipient());
            }
            return listed(inquiry, subject, answer, new Table(lists.relay, code, "relay recipient table"));
        }
        return Verdict.DUNNO;
    }

    private static String localPart(ResolveAnswer answer) {
        String address = answer.recipient();
        return address.substring(0, Math.max(0, address.lastIndexOf('@'))).toLowerCase(Locale.ROOT);
    }

    private static int codeOf(ResolveAnswer answer, Settings.Codes codes) {
        if (answer.has(ResolveAnswer.CLASS_LOCAL)) {
            return codes.unknownLocal();
        }
        if (answer.has(ResolveAnswer.CLASS_ALIAS)) {
            return codes.unknownAlias();
        }
        if (answer.has(ResolveAnswer.CLASS_VIRTUAL)) {
            return codes.unknownMailbox();
        }
        return answer.has(ResolveAnswer.CLASS_RELAY) ? codes.unknownRelay() : 550;
    }

    /** The table of a class, and what is said of an address that is not in it. */
    private record Table(TableList list, int code, String name) {}

    private Verdict listed(Inquiry inquiry, Subject subject, ResolveAnswer answer, Table table) {
        if (table.list.isEmpty()) {
            return Verdict.DUNNO;
        }
        return switch (find(table.list, answer)) {
            case LookupResult.Found _ -> Verdict.DUNNO;
            case LookupResult.Unavailable _ -> inquiry.lookupFailure(subject);
            case LookupResult.NotFound() -> unknown(inquiry, subject, table.code, table.name);
        };
    }

    private Verdict unknown(Inquiry inquiry, Subject subject, int code, String table) {
        String text = lists.nameTables ? "User unknown in " + table : "User unknown";
        return unknown(inquiry, subject, code, unknownStatus(subject), text);
    }

    private static Verdict unknown(Inquiry inquiry, Subject subject, int code, String status, String text) {
        return new Verdict.Refuse(inquiry.rejection(subject, code, status, text), Verdict.Cause.UNKNOWN_ADDRESS);
    }

    /** Looks for an address, in full form, as rewriting tables are searched; in lower case for patterns, too. */
    LookupResult find(TableList tables, ResolveAnswer answer) {
        AddressSearch search = answer.has(ResolveAnswer.CLASS_LOCAL) ? inLocalDomain : elsewhere;
        return search.find(tables, KeyFolding.fold(answer.recipient()), AddressSearch.Order.REWRITING).result();
    }
}
