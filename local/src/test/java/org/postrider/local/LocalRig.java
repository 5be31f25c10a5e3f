package org.postrider.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.postrider.common.delivery.AgentParts;
import org.postrider.common.delivery.CommandRunner;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryAgent;
import org.postrider.common.delivery.FailureServices;
import org.postrider.common.delivery.MailboxLocking;
import org.postrider.common.delivery.Maildir;
import org.postrider.common.delivery.Mbox;
import org.postrider.common.delivery.RecipientIdentity;
import org.postrider.common.delivery.Rights;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableList;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileSystemIdentity;
import org.postrider.common.posix.Identity;
import org.postrider.common.testing.TextMessage;
import org.slf4j.LoggerFactory;

/** A local delivery agent with real files below one folder; users joe and ann have the rights of whoever runs the tests. */
final class LocalRig implements AutoCloseable {
    static final int NOBODY = 65534;

    final Path folder;
    final Map<String, String> aliases = new HashMap<>();
    final Map<String, String> transports = new HashMap<>();
    final Map<String, UserAccounts.Account> users = new HashMap<>();
    /** What bounce, defer and trace got: {@code LOG address code text}. */
    final List<String> kept = new ArrayList<>();
    /** What was forwarded: {@code sender -> addresses, Delivered-To}. */
    final List<String> forwarded = new ArrayList<>();
    /** What other agents got. */
    final List<String> handedOver = new ArrayList<>();
    /** What comsat would be told: {@code user@offset}. */
    final List<String> newMail = new ArrayList<>();
    TextMessage message = new TextMessage("Subject: test\n\nbody\n");
    boolean aliasesBroken;
    boolean forwardingFails;
    String homeMailbox = "";
    boolean resetOwner;
    String spoolSuffix = "";
    String mailboxCommand = "";
    String luserRelay = "";
    String mailboxTransport = "";
    String fallbackTransport = "";
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    LocalRig(Path folder) throws IOException {
        this.folder = folder;
        user("joe");
        user("ann");
        Files.createDirectories(folder.resolve("mail"));
    }

    void user(String name) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home/" + name));
        users.put(name, new UserAccounts.Account(name, Identity.uid(), Identity.gid(), home.toString(), "/bin/sh"));
    }

    Path home(String user) {
        return folder.resolve("home/" + user);
    }

    Path mailbox(String user) {
        return folder.resolve("mail/" + user);
    }

    /** Serves one request; true when some recipients remain. */
    boolean deliver(String... addresses) {
        List<Recipient> recipients = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            recipients.add(new Recipient(100L * (i + 1), addresses[i], "", "", 0));
        }
        var request = new DeliveryRequest(DeliveryRequest.MARK_DONE, "active", "ABC123", 0, 10, "local", "example.org",
                "", 0, "sender@example.com", "", 0, new DeliveryRequest.Times(0, 0, 0, 0), Map.of(), recipients);
        var agentParts = new AgentParts(_ -> message, this::append, InstantSource.fixed(Instant.ofEpochSecond(1000)),
                new DelayFormat(2), false, LoggerFactory.getLogger("test"));
        return new DeliveryAgent(agentParts, new LocalDoor(parts())).serve(request).someRemain();
    }

    private boolean append(FailureServices.Log log, BounceRequest request) {
        BounceRequest.Entry entry = request.entry().orElseThrow();
        kept.add(log + " " + entry.recipient().address() + " " + entry.status() + " " + entry.reason());
        return true;
    }

    private LocalParts parts() {
        InstantSource clock = InstantSource.system();
        var locking = new MailboxLocking(MailboxLocking.styles(List.of("fcntl", "dotlock")), 3, Duration.ofMillis(1),
                Duration.ofSeconds(500), _ -> Optional.empty(), clock, _ -> {
                });
        var tables = new LocalParts.UserTables(empty(),
                new TableList(List.of(table("transports", transports))), empty());
        var identity = new RecipientIdentity(Identity.uid(), Identity.gid(), threads, FileSystemIdentity::assume);
        return new LocalParts(settings(), new AliasMaps(List.of(table("inline:aliases", aliases))), tables,
                name -> Optional.ofNullable(users.get(name)), new FakeAddresses(), this::submit, this::handOver,
                identity, new Mbox(locking, "5.2.0"), new Maildir("mx.example.org", 1, clock, "5.2.0"),
                new CommandRunner(Identity.uid(), "local: fatal: "),
                (user, offset) -> newMail.add(user + "@" + offset), clock, LoggerFactory.getLogger("test"));
    }

    private LocalSettings settings() {
        var mailbox = new LocalSettings.Mailbox(homeMailbox, folder + "/mail" + spoolSuffix, 51_200_000, true);
        String safe = "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var command = new LocalSettings.Command(mailboxCommand, "", Duration.ofSeconds(20), "", safe, safe, Map.of());
        Rights nobody = Identity.uid() == 0
                ? new Rights(NOBODY, NOBODY, "nobody")
                : new Rights(Identity.uid(), Identity.gid(), "me");
        return new LocalSettings("mx.example.org", "Postrider", Path.of("/"), "+", true, false, resetOwner, true, true,
                Set.of("alias", "forward"), Set.of("alias", "forward"), Set.of("command", "file", "forward"),
                Set.of("alias"), 1000, 2048, mailbox, command,
                List.of("$home/.forward${recipient_delimiter}${extension}", "$home/.forward"), safe, false, luserRelay,
                mailboxTransport, fallbackTransport, nobody);
    }

    private String submit(Delivery original, Resubmission.Message sent) throws IOException {
        if (forwardingFails) {
            throw new IOException("Connection refused");
        }
        forwarded.add(sent.sender() + " -> " + sent.recipients().stream().map(Recipient::address).toList() + " "
                + sent.deliveredTo());
        return "NEW" + forwarded.size();
    }

    private DeliveryReport handOver(DeliveryRequest request) {
        handedOver.add(request.transport() + ":" + request.nexthop() + " " + request.recipients().getFirst().address());
        return DeliveryReport.ALL_SETTLED;
    }

    private static TableList empty() {
        return new TableList(List.of());
    }

    private static LookupTable table(String title, Map<String, String> values) {
        return new LookupTable() {
            @Override
            public LookupResult find(String key) {
                String value = values.get(key);
                if ("BROKEN".equals(value)) {
                    return new LookupResult.Unavailable("no such server");
                }
                return value == null ? LookupResult.NOT_FOUND : new LookupResult.Found(value);
            }

            @Override
            public String title() {
                return title;
            }
        };
    }

    /** Everything at example.org is local. */
    private static final class FakeAddresses implements Addresses {
        @Override
        public String rewrite(String address) {
            return address.contains("@") ? address : address + "@example.org";
        }

        @Override
        public ResolveAnswer resolve(String sender, String address) {
            boolean local = address.endsWith("@example.org");
            return new ResolveAnswer(local ? "local" : "smtp", "nexthop", address,
                    local ? ResolveAnswer.CLASS_LOCAL : ResolveAnswer.CLASS_DEFAULT);
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
