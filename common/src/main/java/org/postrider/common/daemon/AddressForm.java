package org.postrider.common.daemon;

import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.mail.Address;

/** How addresses stand in the log (info_log_address_format). Programs keep them in internal form, see {@link Address}. */
public enum AddressForm {
    /** Quoted where that is needed: {@code "a b"@example.com}. */
    EXTERNAL,
    /** Without quotes, as Postfix had them up to 3.4: {@code a b@example.com}. */
    INTERNAL;

    /**
     * The form that main.cf wants.
     *
     * @throws ConfigurationException for one that is not there
     */
    public static AddressForm of(Parameters parameters) {
        String name = parameters.string("info_log_address_format");
        return switch (name) {
            case "external" -> EXTERNAL;
            case "internal" -> INTERNAL;
            default -> throw new ConfigurationException(
                    "invalid setting: \"info_log_address_format = " + name + "\"");
        };
    }

    /** An address as it stands in the log. */
    public String show(String internal) {
        return this == EXTERNAL ? Address.toExternal(internal) : internal;
    }
}
