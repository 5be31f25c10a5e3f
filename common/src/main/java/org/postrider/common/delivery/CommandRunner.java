package org.postrider.common.delivery;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postrider.common.mail.DsnStatus;
import org.postrider.common.posix.FileWords;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Processes;

/**
 * Runs delivery commands in child processes: with the recipient's real identity (through setpriv(1) when this process is root,
 * or unshare(1) where the root directory changes too; otherwise only as its own user), a clean environment, a time limit, and the beginning of the output kept. Exit statuses follow
 * {@code sysexits.h}; an enhanced status code at the beginning of the output of a failed command counts more.
 *
 * <p>The caller's thread waits; one platform thread feeds the command and one reads it. A command may leave its input unread.
 */
public final class CommandRunner {
    /** The PATH of every command. */
    public static final String PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";
    private static final Duration FEEDER_LIMIT = Duration.ofSeconds(5);
    private static final int OUTPUT_KEPT = 4096;
    private static final int SIGNAL_BASE = 128;
    private static final int LAST_SIGNAL = 64;
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final Path UNSHARE = Path.of("/usr/bin/unshare");
    /** What a program between us and the command says when it can't execute it. */
    private static final Pattern HELPER = Pattern.compile("(?:setsid|setpriv|unshare): ");
    private static final Pattern NO_ROOT = Pattern
            .compile("unshare: cannot ch\\w+ (?:root )?directory to '(.*)': (.*)", Pattern.DOTALL);
    private static final Pattern STATUS_CODE = Pattern.compile("([45]\\.\\d{1,3}\\.\\d{1,3})(?:\\s+(.*))?");

    private final int ownUid;
    private final String complaint;
    /** setsid(1) becomes the command under the same process id, so the group has its number. */
    private final boolean ownGroup = Files.isExecutable(SETSID);

    /**
     * @param ownUid the user this process runs as
     * @param complaint what stands before {@code execvp} in the text about a program that can't be executed
     */
    public CommandRunner(int ownUid, String complaint) {
        this.ownUid = ownUid;
        this.complaint = complaint;
    }

    /** Runs the command and waits for it. */
    public CommandResult run(DeliveryCommand command, MessageWriter content) {
        Process process;
        try {
            process = start(command);
        } catch (IOException e) {
            String cause = String.valueOf(e.getMessage());
            return notExecuted(command, cause.contains("error=2,") ? "No such file or directory" : cause);
        } catch (DeliveryTrouble e) {
            return new CommandResult.Failed(e.status(), e.status().text());
        }
        return new Running(this, process, command).finish(content);
    }

    /** Starts the command for a caller who talks to it, waits for it and ends it. */
    public Process start(DeliveryCommand command) throws IOException, DeliveryTrouble {
        List<String> arguments = new ArrayList<>();
        if (ownGroup) {
            arguments.add(SETSID.toString());
        }
        arguments.addAll(identity(command));
        arguments.addAll(command.arguments());
        Path directory = command.root().isPresent() ? Path.of("/") : command.directory();
        ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true)
                .directory(directory.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().putAll(command.environment());
        return builder.start();
    }

    private List<String> identity(DeliveryCommand command) throws DeliveryTrouble {
        Rights rights = command.rights();
        if (rights.uid() == 0) {
            throw new DeliveryTrouble("4.3.5", "refusing to run a command with root privileges");
        }
        if (command.root().isPresent()) {
            return insideRoot(command.root().get(), command.directory(), rights);
        }
        if (rights.uid() == ownUid) {
            return List.of();
        }
        if (ownUid != 0) {
            throw new DeliveryTrouble("4.3.5",
                    "cannot run a command as user " + rights.name() + ": the mail system runs without root privileges");
        }
        if (!Files.isExecutable(SETPRIV)) {
            throw new DeliveryTrouble("4.3.5", "cannot change the user of a command: " + SETPRIV + " is missing");
        }
        return List.of(SETPRIV.toString(), "--reuid=" + rights.uid(), "--regid=" + rights.gid(), "--clear-groups",
                "--inh-caps=-all", "--");
    }

    private List<String> insideRoot(Path root, Path directory, Rights rights) throws DeliveryTrouble {
        if (ownUid != 0) {
            throw new DeliveryTrouble("4.3.5",
                    "cannot change the root directory of a command: the mail system runs without root privileges");
        }
        if (!Files.isExecutable(UNSHARE)) {
            throw new DeliveryTrouble("4.3.5", "cannot change the root directory of a command: " + UNSHARE
                    + " is missing");
        }
        return List.of(UNSHARE.toString(), "--root=" + root, "--wd=" + directory, "--setuid=" + rights.uid(),
                "--setgid=" + rights.gid(), "--");
    }

    /** Ends a command that {@link #start} started, and what it started. */
    public void kill(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        if (ownGroup) {
            killGroup(process);
        }
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** What the command left behind has no parent that leads to it, only its group. */
    private static void killGroup(Process process) {
        try {
            Processes.signal((int) -process.pid(), Processes.KILL);
        } catch (PosixException _) {
            // Nobody is left.
        }
    }

    /** The output that a child process of Postfix leaves behind when there is no such program. */
    private CommandResult notExecuted(DeliveryCommand command, String reason) {
        String output = complaint + "execvp " + command.arguments().getFirst() + ": " + reason + " ";
        return new CommandResult.Failed(new DsnStatus("4.3.0", "temporary failure. Command output: " + output), output);
    }

    private static CommandResult temporary(String text) {
        return new CommandResult.Failed(new DsnStatus("4.3.0", text), text);
    }

    /** Tells a command that does not read its input apart from a message that can't be read. */
    private static final class InputGone extends IOException {
        private static final long serialVersionUID = 1L;

        InputGone(IOException cause) {
            super(cause);
        }
    }

    private static final class CommandInput extends FilterOutputStream {
        CommandInput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new InputGone(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw new InputGone(e);
            }
        }
    }

    /** One command at work. */
    private static final class Running {
        private final CommandRunner runner;
        private final Process process;
        private final DeliveryCommand command;
        private final AtomicReference<@Nullable IOException> unreadable = new AtomicReference<>();
        private final StringBuilder output = new StringBuilder();
        /** What a command had said when its time was up; after that the killed say so. */
        private String late = "";

        Running(CommandRunner runner, Process process, DeliveryCommand command) {
            this.runner = runner;
            this.process = process;
            this.command = command;
        }

        CommandResult finish(MessageWriter content) {
            Thread feeder = Thread.ofPlatform().name("command-input").start(() -> feed(content));
            Thread reader = Thread.ofPlatform().name("command-output").start(this::read);
            boolean inTime = await(feeder, reader);
            IOException failure = unreadable.get();
            if (failure != null) {
                return temporary(FileWords.of(failure));
            }
            if (!inTime) {
                String text = "Command time limit exceeded: \"" + command.shown() + "\"";
                return failed("5.3.0", text + (late.isEmpty() ? "" : ". Command output: " + late), text);
            }
            return judge(process.exitValue());
        }

        private void feed(MessageWriter content) {
            try (OutputStream input = process.getOutputStream()) {
                OutputStream buffered = new LimitedOutput(new CommandInput(input), 0, 0);
                content.write(buffered);
                buffered.flush();
            } catch (InputGone _) {
                // The command has heard enough; its exit status decides.
            } catch (IOException e) {
                unreadable.compareAndSet(null, e);
                kill();
            }
        }

        private void read() {
            byte[] buffer = new byte[OUTPUT_KEPT];
            try (InputStream from = process.getInputStream()) {
                for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                    keep(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
                }
            } catch (IOException _) {
                // The command was killed.
            }
        }

        private synchronized void keep(String text) {
            output.append(text, 0, Math.min(text.length(), OUTPUT_KEPT - output.length()));
        }

        private synchronized String output() {
            StringBuilder text = new StringBuilder(output);
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n' || c == '\t') {
                    text.setCharAt(i, ' ');
                } else if (c < ' ' || c >= 127) {
                    text.setCharAt(i, '?');
                }
            }
            return text.toString();
        }

        private boolean await(Thread feeder, Thread reader) {
            long deadline = System.nanoTime() + command.limit().toNanos();
            try {
                boolean inTime = reader.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))
                        && process.waitFor(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (!inTime) {
                    late = output();
                    kill();
                }
                // A child that outlives the command may hold its input open and never read it: that is not waited for.
                boolean fed = feeder.join(FEEDER_LIMIT);
                if (!fed) {
                    kill();
                }
                return inTime;
            } catch (InterruptedException e) {
                kill();
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private void kill() {
            runner.kill(process);
        }

        private CommandResult judge(int exit) {
            if (exit == 0) {
                return new CommandResult.Succeeded(output().stripTrailing());
            }
            String said = output();
            Matcher noRoot = NO_ROOT.matcher(said.strip());
            if (command.root().isPresent() && noRoot.matches()) {
                String text = runner.complaint + "chroot " + noRoot.group(1) + ": " + noRoot.group(2) + " ";
                return failed("4.3.0", "temporary failure. Command output: " + text, text);
            }
            if ((exit == 126 || exit == 127) && HELPER.matcher(said).lookingAt()) {
                return runner.notExecuted(command, said.substring(said.lastIndexOf(": ") + 2).strip());
            }
            Matcher code = STATUS_CODE.matcher(said);
            if (code.matches()) {
                String text = code.group(2) == null ? "" : code.group(2);
                return failed(code.group(1), text, said);
            }
            if (exit > SIGNAL_BASE && exit <= SIGNAL_BASE + LAST_SIGNAL) {
                String text = "Command died with signal " + (exit - SIGNAL_BASE) + ": \"" + command.shown() + "\"";
                return failed("4.3.0", withOutput(text), said.isEmpty() ? text : said);
            }
            return ExitStatus.of(exit).map(known -> failed(known.code(), withOutput(known.words()),
                    said.isEmpty() ? known.words() : said)).orElseGet(() -> unknownExit(exit, said));
        }

        private CommandResult unknownExit(int exit, String said) {
            String text = "Command died with status " + exit + ": \"" + command.shown() + "\"";
            return failed("5.3.0", withOutput(text), said.isEmpty() ? text : said);
        }

        private String withOutput(String text) {
            String said = output();
            return said.isEmpty() ? text : text + ". Command output: " + said;
        }

        private static CommandResult failed(String code, String text, String diagnostic) {
            return new CommandResult.Failed(new DsnStatus(code, text), diagnostic);
        }
    }
}
