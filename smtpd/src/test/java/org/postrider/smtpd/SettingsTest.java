package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameter;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.Parameters;

class SettingsTest {
    /** A value of any kind for any parameter: it is read, or refused in the words of a configuration error. */
    @Test
    void whateverIsSetIsReadOrRefused() {
        int refused = 0;
        for (Parameter parameter : ParameterCatalogue.standard().parameters()) {
            for (String value : List.of("", "-1", "x y", "$", "{", "99999999999999999999", "\u00ff", "[::1", "a=b,=")) {
                Parameters parameters = Parameters.of(Map.of(parameter.name(), value));
                try {
                    Settings.of(parameters);
                } catch (ConfigurationException e) {
                    assertThat(e.getMessage()).isNotBlank();
                    refused++;
                } catch (RuntimeException e) {
                    throw new AssertionError(parameter.name() + " = " + value, e);
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void listsAndTablesAreReadWithTheRest() {
        Settings settings = Settings.of(Parameters.of(Map.of("compatibility_level", "3.6", "mynetworks", "192.0.2.0/24",
                "canonical_maps", "inline:{a=b}", "virtual_alias_maps", "inline:{c=d}", "double_bounce_sender", "DB",
                "parent_domain_matches_subdomains", "mynetworks smtpd_access_maps")));

        assertThat(settings.lists().myNetworks()).isEqualTo("192.0.2.0/24");
        assertThat(settings.lists().parents()).containsExactlyInAnyOrder("mynetworks", "smtpd_access_maps");
        assertThat(settings.maps().rewriting()).containsExactly("inline:{a=b}", "inline:{c=d}");
        assertThat(settings.maps().reserved()).containsExactlyInAnyOrder("postmaster", "mailer-daemon", "db");
    }

    @Test
    void anOverrideThatIsNoneEndsInAnError() {
        assertThat(Settings.of(Parameters.of(Map.of("receive_override_options", "no_milters, NO_ADDRESS_MAPPINGS")))
                .overrides()).containsExactly(Settings.Omission.NO_ADDRESS_MAPPINGS, Settings.Omission.NO_MILTERS);
        assertThatThrownBy(() -> Settings.of(Parameters.of(Map.of("receive_override_options", "no_milters, x"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("unknown receive_override_options value \"x\" in \"no_milters, x\"");
    }
}
