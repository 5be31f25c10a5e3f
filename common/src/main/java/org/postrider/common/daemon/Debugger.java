package org.postrider.common.daemon;

import java.io.IOException;
import java.util.Map;
import org.postrider.common.config.Parameters;
import org.postrider.common.posix.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code debugger_command}, run by a daemon about itself before it gives up its rights: for a service that master.cf starts with
 * {@code -D}, and for every daemon after {@code postfix -D start}. $process_name and $process_id tell the command which. The
 * daemon waits until the command ends; what is to stay puts itself into the background.
 */
final class Debugger {
    /** Set by postfix(1) and passed on by import_environment. */
    private static final String WANTED = "MAIL_DEBUG";
    private static final Logger LOG = LoggerFactory.getLogger(Debugger.class);

    private Debugger() {}

    static void attach(ServiceDescription service, Parameters parameters, Map<String, String> environment) {
        if (!environment.containsKey(WANTED) && !service.options().contains("-D")) {
            return;
        }
        String command = parameters.with(Map.of("process_name", service.program(), "process_id",
                Integer.toString(Identity.pid()))).string("debugger_command");
        if (command.isEmpty()) {
            return;
        }
        LOG.info("running: {}", command);
        try {
            int _ = new ProcessBuilder("/bin/sh", "-c", command).inheritIO().start().waitFor();
        } catch (IOException e) {
            LOG.warn("debugger_command: {}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
