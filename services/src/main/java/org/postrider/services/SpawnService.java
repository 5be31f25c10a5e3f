package org.postrider.services;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.delivery.CommandRunner;
import org.postrider.common.delivery.DeliveryCommand;
import org.postrider.common.delivery.DeliveryService;
import org.postrider.common.delivery.DeliveryTrouble;
import org.postrider.common.delivery.Rights;
import org.postrider.common.posix.Identity;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * spawn(8): runs a command for each client, with the rights of the user that master.cf names; policy servers are mostly run so. What
 * the client sends is the command's input, what the command says on its output and error output goes to the client. The command is a
 * child with pipes; it sees the end of its input when the client has hung up.
 *
 * <p>Each conversation takes three threads: one waits for the command, two platform threads carry its bytes.
 */
final class SpawnService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(SpawnService.class);
    private static final int PIECE = 8192;
    private static final int SIGNAL_BASE = 128;
    private static final int LAST_SIGNAL = 64;
    /** For what a command has said before its end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    /** The time limit of the command counts, which waits for a client as long as it likes. */
    private static final Duration PATIENT = Duration.ofDays(1);

    /**
     * main.cf as one service of spawn(8) uses it.
     *
     * @param limit the service's own {@code _time_limit}, or command_time_limit
     * @param environment what export_environment passes on
     * @param mailOwner mail_owner, whose rights no command gets
     */
    record Settings(Duration limit, Map<String, String> environment, String mailOwner) {
        static Settings of(Parameters parameters, String service, Map<String, String> environment) {
            return new Settings(parameters.time(service + "_time_limit"),
                    DeliveryService.exported(parameters.list("export_environment"), environment),
                    parameters.string("mail_owner"));
        }
    }

    private final CommandRunner runner = new CommandRunner(Identity.effectiveUid(), "spawn: fatal: spawn_command: ");
    private final DeliveryCommand command;

    SpawnService(DeliveryCommand command) {
        this.command = command;
    }

    static SpawnService open(ServiceContext context) {
        SpawnCommand command = SpawnCommand.parse(context.arguments());
        Settings settings = Settings.of(context.parameters(), context.serviceName(), System.getenv());
        Path directory = context.queueDirectory();
        return new SpawnService(new DeliveryCommand(command.argv(), command.argv().getFirst(),
                rights(command, settings.mailOwner()), Optional.empty(), directory, settings.environment(),
                settings.limit()));
    }

    private static Rights rights(SpawnCommand command, String mailOwner) {
        Rights rights = Rights.named(command.user(), command.group());
        if (rights.uid() == 0) {
            throw new ConfigurationException("request to deliver as root");
        }
        // Without root the mail system's owner is the only user that a command can have.
        if (Identity.effectiveUid() == 0 && rights.name().equals(mailOwner)) {
            throw new ConfigurationException("request to deliver as mail system owner");
        }
        return rights;
    }

    @Override
    public void converse(Connection connection) throws IOException {
        connection.timeout(PATIENT);
        Process process = start();
        Thread toCommand = Thread.ofPlatform().daemon().name("spawn-input").start(() -> input(connection, process));
        Thread toClient = Thread.ofPlatform().daemon().name("spawn-output").start(() -> output(process, connection));
        try {
            await(process, toClient);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            if (process.isAlive()) {
                runner.kill(process);
            }
            connection.close();
            toCommand.interrupt();
        }
    }

    private Process start() throws IOException {
        Path program = Path.of(command.shown());
        if (program.isAbsolute() && !Files.exists(program)) {
            LOG.warn("command {}: No such file or directory", program);
            throw new NoSuchFileException(program.toString());
        }
        try {
            return runner.start(command);
        } catch (DeliveryTrouble trouble) {
            LOG.warn("command {}: {}", command.shown(), trouble.status().text());
            throw new IOException(trouble.status().text(), trouble);
        } catch (IOException e) {
            LOG.warn("command {}: {}", command.shown(), e.getMessage());
            throw e;
        }
    }

    private void await(Process process, Thread toClient) throws InterruptedException {
        if (!process.waitFor(command.limit().toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("{}: process id {}: command time limit exceeded", command.shown(), process.pid());
            return;
        }
        int exit = process.exitValue();
        if (exit > SIGNAL_BASE && exit <= SIGNAL_BASE + LAST_SIGNAL) {
            LOG.warn("command {} killed by signal {}", command.shown(), exit - SIGNAL_BASE);
        } else if (exit != 0) {
            LOG.warn("command {} exit status {}", command.shown(), exit);
        }
        boolean _ = toClient.join(LAST_WORDS);
    }

    private static void input(Connection connection, Process process) {
        byte[] piece = new byte[PIECE];
        try (OutputStream input = process.getOutputStream()) {
            for (int length = connection.in().read(piece); length >= 0; length = connection.in().read(piece)) {
                input.write(piece, 0, length);
                input.flush();
            }
        } catch (IOException e) {
            // Client or command has gone: the command's end is the end of the conversation.
            LOG.debug("input of a command", e);
        }
    }

    private static void output(Process process, Connection connection) {
        byte[] piece = new byte[PIECE];
        try (InputStream output = process.getInputStream()) {
            for (int length = output.read(piece); length >= 0; length = output.read(piece)) {
                connection.out().write(piece, 0, length);
                connection.out().flush();
            }
        } catch (IOException e) {
            LOG.debug("output of a command", e);
        }
    }
}
