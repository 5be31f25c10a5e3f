package org.postrider.master;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.postrider.common.config.Parameters;
import org.postrider.common.queue.QueueDirectory;

/**
 * main.cf as master(8) uses it, read once per configuration generation; what daemons use, they read from their own snapshots.
 *
 * @param queueDirectory queue_directory
 * @param pidDirectory process_id_directory, below the queue directory
 * @param daemonDirectory daemon_directory
 * @param configDirectory config_directory
 * @param dataDirectory data_directory
 * @param version mail_version
 * @param syslogName syslog_name
 * @param throttle service_throttle_time: the pause after a daemon that could not start
 * @param disabledServices master_service_disable
 * @param importedEnvironment import_environment
 * @param queue the queue in queue_directory
 */
record MasterSettings(Path queueDirectory, Path pidDirectory, Path daemonDirectory, Path configDirectory,
        Path dataDirectory, String version, String syslogName, Duration throttle, List<String> disabledServices,
        List<String> importedEnvironment, QueueDirectory queue) {
    static MasterSettings of(Parameters parameters) {
        Path queue = Path.of(parameters.string("queue_directory"));
        return new MasterSettings(queue, queue.resolve(parameters.string("process_id_directory")),
                Path.of(parameters.string("daemon_directory")), Path.of(parameters.string("config_directory")),
                Path.of(parameters.string("data_directory")), parameters.string("mail_version"),
                parameters.string("syslog_name"), parameters.time("service_throttle_time"),
                parameters.list("master_service_disable"), parameters.list("import_environment"),
                QueueDirectory.of(queue, parameters));
    }
}
