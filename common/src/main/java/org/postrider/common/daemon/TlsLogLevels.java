package org.postrider.common.daemon;

import java.util.List;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of its sessions over TLS a service logs: {@code smtpd_tls_loglevel} and its kin, from 0 to 4, and {@code
 * smtpd_tls_loglevel_maps} for single peers. Safe for many threads; lookups may block.
 */
public final class TlsLogLevels {
    private static final Logger LOG = LoggerFactory.getLogger(TlsLogLevels.class);
    private static final int MOST = 4;

    /**
     * The two parameters.
     *
     * @param usual for peers that no table has
     * @param name of the parameter with tables
     */
    public record Settings(int usual, String name, List<String> maps) {
        /**
         * Those of a service.
         *
         * @param prefix {@code smtpd_tls_} or the like
         */
        public static Settings of(Parameters parameters, String prefix) {
            return new Settings(Math.max(0, level(parameters.string(prefix + "loglevel"))), prefix + "loglevel_maps",
                    parameters.list(prefix + "loglevel_maps"));
        }
    }

    private final Settings settings;
    private final TableList tables;

    public TlsLogLevels(Settings settings, Tables tables) {
        this.settings = settings;
        this.tables = tables.list(settings.maps);
    }

    /**
     * The level for a peer: what the tables have for its name, a parent domain with a leading dot, its address, or a network in whole
     * octets. A table that can't be asked, or holds no level, is a warning, and the usual level counts.
     */
    public int of(String name, String address) {
        if (tables.isEmpty()) {
            return settings.usual;
        }
        LookupResult found = AddressSearch.domain(tables, name);
        boolean whole = true;
        for (String key : AddressSearch.networks(address)) {
            if (!(found instanceof LookupResult.NotFound)) {
                break;
            }
            found = whole ? tables.find(key) : tables.findPart(key);
            whole = false;
        }
        return switch (found) {
            case LookupResult.Found(String value) -> told(name, address, value);
            case LookupResult.NotFound _ -> settings.usual;
            case LookupResult.Unavailable _ -> {
                LOG.warn("{}: table lookup problem for {}[{}]", settings.name, name, address);
                yield settings.usual;
            }
        };
    }

    private int told(String name, String address, String value) {
        int level = level(value);
        if (level < 0) {
            LOG.warn("{}: bad level \"{}\" for {}[{}]", settings.name, value, name, address);
        }
        return level < 0 ? settings.usual : level;
    }

    /** The number before a comma or blank, which may be followed by the word {@code trace}; -1 for anything else. */
    private static int level(String text) {
        String number = text.strip().split("[,\\s]", -1)[0];
        return number.matches("[0-" + MOST + "]") ? number.charAt(0) - '0' : -1;
    }
}
