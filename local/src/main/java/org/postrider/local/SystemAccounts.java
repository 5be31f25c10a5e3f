package org.postrider.local;

import java.io.IOException;
import java.util.Optional;
import org.postrider.common.posix.Accounts;

/** The accounts that the system knows. */
final class SystemAccounts implements UserAccounts {
    @Override
    public Optional<Account> find(String name) throws IOException {
        return Accounts.byName(name).map(known -> new Account(known.name(), known.uid(), known.gid(), known.home(),
                known.shell()));
    }
}
