package org.postrider.common.lookup;

/**
 * A type of table that a plug-in brings. The class has a constructor without arguments; {@link TablePlugins} makes one object
 * when the first table of the type is opened.
 */
public interface TableType {
    /**
     * Opens a table. Nobody waits for a server here: one that can't be reached shows at the first lookup, as
     * {@link LookupResult.Unavailable}.
     *
     * @param title {@code type:name} as written
     * @param name what follows the type
     * @param tables opens tables that the settings of this one name, and has what tables need from outside
     * @throws TableException when the settings can't be used
     */
    LookupTable open(String title, String name, Tables tables);
}
