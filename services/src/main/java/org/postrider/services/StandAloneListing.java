package org.postrider.services;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.SystemDefaults;
import org.postrider.common.ipc.Standing;
import org.postrider.common.posix.FileWords;

/** {@code showq -S}: the listing on standard output, for those whom the file system lets look. */
final class StandAloneListing {
    private StandAloneListing() {}

    private static Standing.Asker noQueueManager() throws IOException {
        throw new IOException("the mail system is down");
    }

    /** The exit status. */
    static int run(Map<String, String> environment, OutputStream out) {
        try (OutputStream buffered = new BufferedOutputStream(out)) {
            Path directory = Path.of(environment.getOrDefault("MAIL_CONFIG", "/etc/postfix"));
            Map<String, String> settings = new LinkedHashMap<>(MainCf.read(directory.resolve("main.cf")).settings());
            Parameters parameters = Parameters.of(new SystemDefaults(HostFacts.ask()).complete(settings));
            ShowqService.Settings.of(Path.of(parameters.string("queue_directory")), parameters)
                    .listing(InstantSource.system(), StandAloneListing::noQueueManager).write(buffered);
            return 0;
        } catch (IOException e) {
            System.err.println("showq: fatal: " + FileWords.at(e));
            return 1;
        } catch (ConfigurationException e) {
            System.err.println("showq: fatal: " + e.getMessage());
            return 1;
        }
    }
}
