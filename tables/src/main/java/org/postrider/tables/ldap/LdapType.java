package org.postrider.tables.ldap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableType;
import org.postrider.common.lookup.Tables;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.DatabaseTable;
import org.postrider.tables.HostPool;

/** Type {@code ldap}: directories; ldap_table(5). */
public final class LdapType implements TableType {
    /** A connection that nobody uses is closed then; a server that can't be reached is tried again. */
    private static final HostPool.Times TIMES = new HostPool.Times(Duration.ofSeconds(60), Duration.ofSeconds(5));

    @Override
    public LookupTable open(String title, String name, Tables tables) {
        DatabaseSettings settings = DatabaseSettings.read(name, tables);
        Complaints complaints = tables.settings().complaints();
        LdapQuery query = LdapQuery.read(settings, complaints);
        LdapLogin login = LdapLogin.read(settings);
        List<HostPool.Host> hosts = new ArrayList<>();
        int port = settings.number("server_port", 389, 0);
        for (String word : settings.words("server_host", "localhost")) {
            hosts.add(new HostPool.Host(url(word, port), false));
        }
        HostPool<LdapSession> pool = new HostPool<>(hosts, login, TIMES, tables.settings().clock(), Optional.empty(),
                complaints);
        return DatabaseTable.of(title, settings, tables, new LdapSearch(query, pool, settings.source()));
    }

    private static String url(String word, int port) {
        if (word.contains("://")) {
            return word;
        }
        boolean oneColon = word.indexOf(':') > 0 && word.indexOf(':') == word.lastIndexOf(':');
        boolean hasPort = word.contains("]:") || oneColon;
        return "ldap://" + word + (hasPort ? "" : ":" + port);
    }
}
