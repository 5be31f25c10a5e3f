package org.postrider.local;

import java.util.Optional;
import java.util.function.Function;
import org.postrider.common.delivery.AddressParts;
import org.postrider.common.delivery.MacroText;

/** The names that forward_path, luser_relay and the like may use: what is known of a recipient. */
final class UserMacros {
    private final AddressParts address;
    private final Optional<UserAccounts.Account> account;

    UserMacros(AddressParts address, Optional<UserAccounts.Account> account) {
        this.address = address;
        this.account = account;
    }

    /** Expands, with unsafe characters of the values replaced; an empty filter lets everything pass. */
    MacroText.Expanded expand(String text, String filter) {
        Function<String, Optional<String>> values = name -> value(name)
                .map(value -> filter.isEmpty() ? value : MacroText.filtered(value, filter));
        return MacroText.expand(text, values);
    }

    private Optional<String> value(String name) {
        return switch (name) {
            case "user" -> Optional.of(address.user());
            case "home" -> account.map(UserAccounts.Account::home);
            case "shell" -> account.map(UserAccounts.Account::shell);
            case "domain" -> Optional.of(address.domain());
            case "local", "mailbox" -> Optional.of(address.local());
            case "recipient" -> Optional.of(address.full());
            case "extension" -> Optional.of(address.extension());
            case "recipient_delimiter" -> Optional.of(address.delimiter());
            default -> Optional.empty();
        };
    }
}
