package org.postrider.common.delivery;

import org.postrider.common.lookup.AddressExtension;

/**
 * A recipient address in its parts, as delivery agents see them: {@code user+extension@domain}.
 *
 * @param full the whole address
 * @param local everything left of the last at sign
 * @param user local part without extension
 * @param extension what follows the delimiter; empty for none
 * @param delimiter the delimiter that was found; empty for none
 * @param domain right of the last at sign; empty for none
 */
public record AddressParts(String full, String local, String user, String extension, String delimiter, String domain) {
    /**
     * Splits an address.
     *
     * @param delimiters recipient_delimiter: any of these characters
     * @param specialOwners owner_request_special: owner-list and list-request are never split
     */
    public static AddressParts of(String full, String delimiters, boolean specialOwners) {
        int at = full.lastIndexOf('@');
        String local = at < 0 ? full : full.substring(0, at);
        String domain = at < 0 ? "" : full.substring(at + 1);
        int cut = new AddressExtension(delimiters, specialOwners).start(local);
        if (cut < 0) {
            return new AddressParts(full, local, local, "", "", domain);
        }
        return new AddressParts(full, local, local.substring(0, cut), local.substring(cut + 1),
                local.substring(cut, cut + 1), domain);
    }

    /** The address without its extension. */
    public String withoutExtension() {
        return domain.isEmpty() ? user : user + "@" + domain;
    }
}
