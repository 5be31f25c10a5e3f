package org.postrider.local;

import java.io.IOException;
import java.util.Optional;

/** Who has an account here. */
interface UserAccounts {
    /** One line of passwd(5). */
    record Account(String name, int uid, int gid, String home, String shell) {}

    /** The account of this name; an exception when the database can't be asked, which is not the same as no account. */
    Optional<Account> find(String name) throws IOException;
}
