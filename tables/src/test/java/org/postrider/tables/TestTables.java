package org.postrider.tables;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.TablePlugins;
import org.postrider.common.lookup.TableServices;
import org.postrider.common.lookup.TableSettings;
import org.postrider.common.lookup.Tables;

/** What a table under test has around it. */
public final class TestTables {
    private TestTables() {}

    /** Keeps every complaint in this list. */
    public static Tables complainingTo(List<String> complaints) {
        return new Tables(TableSettings.of(Path.of("/"), InstantSource.system()).withComplaints(keeping(complaints)));
    }

    /** Complaints that go into this list. */
    public static Complaints keeping(List<String> complaints) {
        return new Complaints() {
            @Override
            public void warn(String text) {
                complaints.add(text);
            }

            @Override
            public void error(String text) {
                complaints.add(text);
            }

            @Override
            public void note(String text) {
                complaints.add(text);
            }
        };
    }

    /** With these names and values in main.cf. */
    public static Tables withMain(String... settings) {
        Map<String, String> main = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            main.put(settings[i], settings[i + 1]);
        }
        return new Tables(TableSettings.of(Path.of("/"), InstantSource.system())
                .withServices(new TableServices(() -> Parameters.of(main), TablePlugins.none(), Optional.empty(),
                        Optional.empty())));
    }
}
