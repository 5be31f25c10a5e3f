/**
 * Tables in LDAP directories: ldap_table(5). Read {@link org.postrider.tables.ldap.LdapSearch}: which attributes of which entries
 * become values. Must not import the other databases.
 */
@NullMarked
package org.postrider.tables.ldap;

import org.jspecify.annotations.NullMarked;
