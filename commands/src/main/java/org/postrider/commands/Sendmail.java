package org.postrider.commands;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.AddressList;
import org.postrider.common.mail.Verp;
import org.postrider.common.posix.Identity;

/**
 * sendmail(1): hands a message on standard input to the mail system, over the socket {@code public/postdrop} whose server knows
 * the caller from the kernel. While the system is down only its owner and the super-user can queue, into maildrop; others get
 * EX_TEMPFAIL. Also the front for mailq and newaliases.
 */
public final class Sendmail {
    private final SendmailOptions options;
    private final Console console;

    private Sendmail(SendmailOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    public static void main(String[] arguments) {
        Console console = Console.ofLoggedProcess("sendmail");
        int status = run(List.of(arguments), console);
        console.out().flush();
        System.exit(status);
    }

    /** The console's command name, sendmail or mailq, decides what is done by default. */
    static int run(List<String> arguments, Console console) {
        try {
            SendmailOptions options = SendmailOptions.parse(console.command(), arguments);
            console.problems().configuration(configuration(options));
            options.warnings.forEach(console::warn);
            return new Sendmail(options, console).run();
        } catch (UsageException | ConfigurationException | IOException e) {
            // Whatever is wrong, the message is not lost yet: as with Postfix the caller may try again.
            int _ = console.fatal(e);
            return SystemExit.TEMPORARY;
        }
    }

    private int run() throws IOException, UsageException {
        String directory = configuration(options);
        List<String> configuration = directory == null ? List.of() : List.of("-c", directory);
        return switch (options.mode) {
            case NOTHING -> SystemExit.OK;
            case SUBMIT, VERIFY -> submit(CommandParameters.read(configuration(options), console.environment()));
            case LIST_QUEUE -> Postqueue.run(with(configuration, "-p"), console.named("postqueue"));
            case FLUSH -> Postqueue.run(with(configuration, "-f"), console.named("postqueue"));
            case FLUSH_ID -> Postqueue.run(with(configuration, "-i", options.target), console.named("postqueue"));
            case FLUSH_SITE -> Postqueue.run(with(configuration, "-s", options.target), console.named("postqueue"));
            case ALIASES -> Newaliases.make(directory, options.target, console);
            case DAEMON -> external("command_directory", "postfix", "start");
            case SMTP -> serveSmtp();
        };
    }

    private static List<String> with(List<String> configuration, String... more) {
        List<String> all = new ArrayList<>(configuration);
        all.addAll(List.of(more));
        return all;
    }

    /** The directory of -C, null without it; old programs give the name of a file in the directory. */
    private static @Nullable String configuration(SendmailOptions options) {
        if (options.configuration == null) {
            return null;
        }
        Path path = Path.of(options.configuration);
        Path parent = path.getParent();
        return Files.isDirectory(path) || parent == null ? options.configuration : parent.toString();
    }

    private int external(String directory, String program, String... arguments) throws IOException {
        Parameters parameters = CommandParameters.read(configuration(options), console.environment());
        List<String> line = new ArrayList<>(List.of(Path.of(parameters.string(directory), program).toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("MAIL_CONFIG",
                CommandParameters.directory(configuration(options), console.environment()).toString());
        try {
            return builder.inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return SystemExit.SOFTWARE;
        }
    }

    /** A user whose messages would be refused anyway hears it before the session. */
    private int serveSmtp() throws IOException {
        Parameters parameters = CommandParameters.read(configuration(options), console.environment());
        Tables tables = new Tables(Path.of(parameters.string("queue_directory")), InstantSource.system());
        Optional<String> refusal = AuthorizedUsers.read(AuthorizedUsers.Purpose.SUBMIT, parameters, tables)
                .refusal(Identity.effectiveUid());
        return refusal.isPresent()
                ? fail(refusal.get(), SystemExit.TEMPORARY)
                : external("daemon_directory", "smtpd", "-S");
    }

    private int submit(Parameters parameters) throws IOException, UsageException {
        if (options.recipients.isEmpty() && !options.extract) {
            return noRecipients();
        }
        String user = System.getProperty("user.name", "nobody");
        String sender = sender();
        if (options.verp.isPresent()) {
            String given = options.verp.get();
            String delimiters = given.isEmpty() ? parameters.string("default_verp_delimiters") : given;
            String allowed = parameters.string("verp_delimiter_filter");
            if (!Verp.complaint(delimiters, allowed).isEmpty()) {
                return fail("-V requires two characters from " + allowed, SystemExit.TEMPORARY);
            }
            options.verp = Optional.of(delimiters);
        }
        int longest = parameters.number("line_length_limit");
        MessageText text = new MessageText(new BufferedInputStream(console.in(), 16 * 1024), !options.ignoreDots,
                MessageText.Returns.of(parameters.string("sendmail_fix_line_endings")), longest);
        Path queue = Path.of(parameters.string("queue_directory"));
        LocalSocket socket;
        try {
            socket = LocalSocket.connect(queue.resolve("public/postdrop"));
        } catch (IOException e) {
            return queueWhileDown(parameters, sender, text, e);
        }
        try (socket) {
            SubmissionWriter writer = new SubmissionWriter(options, sender, fullName(user), socket.out());
            if (writer.write(text) == 0) {
                return noRecipients();
            }
            return verdict(CleanupStatus.fromAttributes(Attributes.read(socket.in())));
        }
    }

    private int noRecipients() {
        return failed(
                options.extract
                        ? "No recipient addresses found in message header"
                        : "Recipient addresses must be specified on the command line or via the -t option",
                SystemExit.TEMPORARY);
    }

    private int fail(String text, int status) {
        int _ = console.fatal(text);
        return status;
    }

    /** The same for a message: in front stands whose it is. */
    private int failed(String text, int status) {
        String whose = options.sender == null ? System.getProperty("user.name", "nobody") : options.sender;
        return fail(whose + "(" + Integer.toUnsignedString(Identity.uid()) + "): " + text, status);
    }

    /** -f, else the user's login name. */
    private String sender() {
        return options.sender == null ? System.getProperty("user.name", "nobody") : internal(options.sender);
    }

    private static String internal(String sender) {
        List<String> addresses = AddressList.parse(sender).addresses();
        return addresses.isEmpty() ? "" : addresses.getFirst();
    }

    private int verdict(CleanupStatus status) {
        if (status.succeeded()) {
            if (options.mode == SendmailOptions.Mode.VERIFY || options.verbose == 1) {
                console.out().println(
                        "Mail Delivery Status Report will be mailed to <" + sender() + ">.");
            }
            return SystemExit.OK;
        }
        if ((status.bits() & CleanupStatus.NOT_PERMITTED) != 0) {
            return fail(status.reason(), SystemExit.TEMPORARY);
        }
        String reason = status.reason().isEmpty() ? "message not accepted" : status.reason();
        return failed(reason, status.temporary() ? SystemExit.TEMPORARY : SystemExit.UNAVAILABLE);
    }

    private int queueWhileDown(Parameters parameters, String sender, MessageText text, IOException why)
            throws IOException {
        Path maildrop = Path.of(parameters.string("queue_directory"), "maildrop");
        if (!Files.isWritable(maildrop)) {
            return fail("the mail system is down (" + why.getMessage()
                    + ") and only the super-user can queue mail meanwhile; message not queued", SystemExit.TEMPORARY);
        }
        try (MaildropFile file = MaildropFile.create(maildrop)) {
            if (new SubmissionWriter(options, sender, fullName(System.getProperty("user.name", "")), file.out())
                    .write(text) == 0) {
                return noRecipients();
            }
            file.commit();
        }
        lookThroughMaildrop(parameters);
        console.warn("the mail system is down -- message queued until it is started");
        return SystemExit.OK;
    }

    /** The system may have been started meanwhile, and have looked there already. */
    private static void lookThroughMaildrop(Parameters parameters) {
        try (LocalSocket pickup = LocalSocket
                .connect(Path.of(parameters.string("queue_directory"), "public",
                        parameters.string("pickup_service_name")))) {
            pickup.out().write('W');
            pickup.out().flush();
        } catch (IOException _) {
            // It looks when it starts.
        }
    }

    /** -F, else the environment's NAME, else the real name in the password file. */
    private String fullName(String user) {
        if (options.fullName != null) {
            return options.fullName;
        }
        String name = console.environment().get("NAME");
        return name != null ? name : realName(user);
    }

    private static String realName(String user) {
        try {
            for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(":", -1);
                if (fields.length >= 5 && fields[0].equals(user)) {
                    int comma = fields[4].indexOf(',');
                    String name = comma < 0 ? fields[4] : fields[4].substring(0, comma);
                    return name.replace("&", capitalised(user));
                }
            }
        } catch (IOException _) {
            // No name, then.
        }
        return "";
    }

    private static String capitalised(String user) {
        return user.isEmpty() ? user : Character.toUpperCase(user.charAt(0)) + user.substring(1);
    }
}
