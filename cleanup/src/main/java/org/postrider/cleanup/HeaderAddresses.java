package org.postrider.cleanup;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.postrider.cleanup.CanonicalMaps.AddressClass;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.AddressList;
import org.postrider.common.mail.AddressTokens;
import org.postrider.common.mail.HeaderField;
import org.postrider.common.mail.HeaderName;

/** Brings the addresses in a header field into full form and maps them. A field in which nothing changes stays as it is. Immutable. */
final class HeaderAddresses {
    private static final String STAND_IN = "postmaster";

    private final AddressRules rules;
    private final int tokenLimit;

    HeaderAddresses(AddressRules rules, CleanupSettings settings) {
        this.rules = rules;
        this.tokenLimit = settings.headerAddressTokenLimit();
    }

    /** Carries a checked exception through the address list. */
    private static final class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final TroubleException trouble;

        Carrier(TroubleException trouble) {
            super(trouble);
            this.trouble = trouble;
        }
    }

    /** The field as it is to be written. */
    String rewrite(Message message, HeaderName.Kind kind, HeaderField field) throws TroubleException, IOException {
        String context = message.headerContext();
        if (context.isEmpty()) {
            return field.text();
        }
        AddressClass addressClass = kind == HeaderName.Kind.SENDER
                ? AddressClass.HEADER_SENDER
                : AddressClass.HEADER_RECIPIENT;
        AddressList list = AddressList.parse(field.value(), tokenLimit);
        try {
            boolean changed = list.rewrite(external -> one(message, context, addressClass, external));
            return changed ? list.fold(field.name()) : field.text();
        } catch (Carrier e) {
            throw e.trouble;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private String one(Message message, String context, AddressClass addressClass, String external) {
        try {
            String internal = Address.toInternal(external);
            if (internal.isEmpty()) {
                return external;
            }
            String address = isProtected(external, internal)
                    ? withOrigin(context, internal)
                    : rules.rewriting().rewrite(context, internal);
            if (message.has(CleanupClient.MAP)) {
                address = rules.canonical().map(message.id(), address, addressClass);
            }
            return Address.toExternal(address);
        } catch (TroubleException e) {
            throw new Carrier(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** True for a name whose operators are quoted: they are part of the name, which internal form does not show. */
    private boolean isProtected(String external, String internal) {
        boolean isQuoted = external.indexOf('"') >= 0 || external.indexOf('\\') >= 0;
        boolean hasOperator = internal.indexOf('@') >= 0 || internal.indexOf('!') >= 0 || internal.indexOf('%') >= 0;
        return isQuoted && hasOperator
                && AddressTokens.scan(external, tokenLimit).stream().noneMatch(token -> token.is('@'));
    }

    /** The name in the domain that any name without domain gets. */
    private String withOrigin(String context, String name) throws IOException {
        Address other = Address.of(rules.rewriting().rewrite(context, STAND_IN));
        return other.hasDomain() ? new Address(name, other.domain(), true).internal() : name;
    }
}
