package org.postrider.common.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

class AddressFormTest {
    private static AddressForm read(Map<String, String> settings) {
        return AddressForm.of(Parameters.of(settings));
    }

    @Test
    void isReadFromMainCf() {
        assertThat(read(Map.of())).isEqualTo(AddressForm.EXTERNAL);
        assertThat(read(Map.of("info_log_address_format", "internal"))).isEqualTo(AddressForm.INTERNAL);
        assertThatThrownBy(() -> read(Map.of("info_log_address_format", "Internal")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("invalid setting: \"info_log_address_format = Internal\"");
    }

    @Test
    void quotesOrDoesNot() {
        assertThat(AddressForm.EXTERNAL.show("a b@example.com")).isEqualTo("\"a b\"@example.com");
        assertThat(AddressForm.INTERNAL.show("a b@example.com")).isEqualTo("a b@example.com");
        assertThat(AddressForm.EXTERNAL.show("")).isEmpty();
        assertThat(AddressForm.INTERNAL.show("")).isEmpty();
    }
}
