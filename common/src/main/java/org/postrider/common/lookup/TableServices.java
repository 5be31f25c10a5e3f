package org.postrider.common.lookup;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.postrider.common.config.Parameters;

/**
 * What some tables need beyond files.
 *
 * @param parameters main.cf, for tables whose settings stand there ({@code mysql:name}); asked for only by such a table
 * @param plugins the types of tables that are not built in
 * @param proxy where {@code proxy:} leads; empty where such a table is opened in this process: in proxymap(8) itself, and where
 *     tables decide over files, commands and users
 * @param proxyWriter the same for tables that are changed
 * @param files how tables reach their files
 */
public record TableServices(Supplier<Parameters> parameters, TablePlugins plugins, Optional<ProxyService> proxy,
        Optional<ProxyService> proxyWriter, TableFiles files) {
    /** In a process that gives up nothing. */
    public TableServices(Supplier<Parameters> parameters, TablePlugins plugins, Optional<ProxyService> proxy,
            Optional<ProxyService> proxyWriter) {
        this(parameters, plugins, proxy, proxyWriter, new TableFiles(InstantSource.system()));
    }

    /** No main.cf, no plug-ins, no proxy. */
    public static TableServices none() {
        return new TableServices(() -> Parameters.of(Map.of()), TablePlugins.none(), Optional.empty(),
                Optional.empty());
    }

    /** The same, but tables are opened in this process. */
    public TableServices withoutProxy() {
        return new TableServices(parameters, plugins, Optional.empty(), Optional.empty(), files);
    }
}
