package org.postrider.tables.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;

/** A connection to a directory, bound as the settings say. */
record LdapSession(LDAPConnection connection) implements AutoCloseable {
    @Override
    public void close() {
        connection.close();
    }
}
