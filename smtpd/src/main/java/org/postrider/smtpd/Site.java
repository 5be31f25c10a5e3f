package org.postrider.smtpd;

import java.net.InetAddress;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;
import org.postrider.common.dns.Resolver;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.PostmasterLetters;
import org.postrider.common.ipc.Submissions;
import org.postrider.common.ipc.Utf8Detection;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.MatchOutcome;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.lookup.WatchedPeers;
import org.postrider.common.mail.ProbeSender;
import org.postrider.common.smtp.BareNewline;
import org.postrider.common.smtp.Reply;

/**
 * One configured SMTP service: settings, lists and tables, and what it reaches outside. Made once per configuration generation,
 * shared by all its sessions, immutable but for the tables' own caches.
 */
final class Site {
    private static final Pattern HEADER = Pattern.compile("[!-9;-~]+[ \\t]*:");

    private final Settings settings;
    private final Surroundings around;
    private final VerbTable verbs;
    private final LegacyNotices legacy;
    private final Checks checks;
    private final RecipientCheck recipientCheck;
    private final MailDomains domains;
    private final MatchList myNetworks;
    private final Optional<MatchList> backupNetworks;
    private final MatchList forbidden;
    private final MatchList bareNewlineExclusions;
    private final TableList discardMaps;
    private final ReplyFooter footer;
    private final RejectFilter rejectFilter;
    private final DiskCheck diskCheck;
    private final int cleanupFlags;
    private final ClientLimits clientLimits;
    private final UserLimits userLimits;
    private final TlsServer tls;
    private final TableList relayCertificates;
    private final TableList senderLogins;
    private final MatchList xclientHosts;
    private final MatchList xforwardHosts;
    private final MatchList verpHosts;
    private final MatchList loggedPermissions;
    private final TableList commandFilter;
    private final Sasl sasl;
    private final ProbeSender probeSender;
    private final WatchedPeers watched;
    private final PostmasterLetters letters;

    private Site(Parameters parameters, Surroundings around) {
        this.settings = Settings.of(parameters);
        this.around = around;
        Tables tables = around.tables();
        Settings.Lists lists = settings.lists();
        Settings.Maps maps = settings.maps();
        Set<String> parents = lists.parents();
        this.probeSender = settings.names().probeSender();
        this.watched = WatchedPeers.of(parameters, tables);
        this.letters = PostmasterLetters.of(parameters, around.submissions(), around.clock(), around.zone());
        this.verbs = new VerbTable(settings.words().noopCommands());
        this.legacy = new LegacyNotices(LegacyNotices.Settings.of(parameters), tables);
        this.checks = checks(tables, parents.contains("smtpd_access_maps"));
        this.recipientCheck = recipientCheck(maps, settings.names().extensions(), tables);
        this.domains = new MailDomains(around.resolver());
        this.myNetworks = MatchList.hosts(lists.myNetworks(), parents.contains("mynetworks"), tables)
                .named("mynetworks");
        this.backupNetworks = lists.backupNetworks().isEmpty()
                ? Optional.empty()
                : Optional.of(MatchList.hosts(lists.backupNetworks(),
                        parents.contains("permit_mx_backup_networks"), tables));
        this.verpHosts = MatchList.hosts(lists.verpClients(),
                parents.contains("mynetworks"), tables);
        this.loggedPermissions = MatchList.strings(lists.loggedPermissions(), tables);
        this.forbidden = MatchList.strings(lists.forbiddenCommands(), tables);
        this.bareNewlineExclusions = MatchList
                .hosts(lists.bareNewlineExclusions(), parents.contains("mynetworks"), tables)
                .named("smtpd_forbid_bare_newline_exclusions");
        this.discardMaps = told(tables, maps.discardedKeywords());
        this.footer = new ReplyFooter(settings.words().rejectFooter(),
                told(tables, maps.rejectFooter()), settings.restrictions().dnsLists().filter());
        this.rejectFilter = new RejectFilter(tables.list(maps.rejectFilter()));
        this.diskCheck = new DiskCheck(around.freeSpace(), settings.limits().queueMinFree(),
                settings.limits().messageSize());
        this.xclientHosts = MatchList.hosts(lists.xclientHosts(), parents.contains("mynetworks"), tables)
                .named("smtpd_authorized_xclient_hosts");
        this.clientLimits = new ClientLimits(ClientLimits.Settings.of(parameters),
                MatchList.hosts(lists.unlimitedClients(), parents.contains("mynetworks"), tables)
                        .named("smtpd_client_event_limit_exceptions"),
                around.service(), around.anvil());
        this.userLimits = new UserLimits(UserLimits.Settings.of(parameters), around.service(), around.anvil());
        this.tls = new TlsServer(TlsServerSettings.of(parameters), around.tlsFiles(), around.ticketKeys(), tables);
        this.relayCertificates = tables.list(maps.relayCertificates());
        this.senderLogins = told(tables, maps.senderLogins());
        this.sasl = new Sasl(Sasl.Settings.of(parameters), tables, parents.contains("mynetworks"),
                around.authenticator(),
                tls.authOnly());
        this.xforwardHosts = MatchList.hosts(lists.xforwardHosts(), parents.contains("mynetworks"), tables)
                .named("smtpd_authorized_xforward_hosts");
        this.commandFilter = told(tables, maps.commandFilter());
        this.cleanupFlags = cleanupFlags(settings.overrides(), settings.utf8Detection());
    }

    /**
     * Makes the service.
     *
     * @throws org.postrider.common.config.ConfigurationException for a configuration that must not serve, an open relay above all
     */
    static Site open(Parameters parameters, Surroundings around) {
        RelaySafety.check(parameters);
        return new Site(parameters, around);
    }

    private Checks checks(Tables tables, boolean parentMatches) {
        Settings.Names names = settings.names();
        AccessTables access = new AccessTables(tables, names.extensions(), parentMatches,
                names.nullSenderKey());
        RestrictionSettings restrictions = settings.restrictions();
        DnsListRestrictions dnsLists = new DnsListRestrictions(new DnsLists(around.resolver()),
                told(tables, settings.maps().rblReplies()), restrictions.dnsLists());
        RestrictionParser parser = new RestrictionParser(new RestrictionParts(access, dnsLists,
                new VerifyRestrictions(around.verifier(), restrictions.verification()), restrictions));
        Map<Stage, RestrictionList> lists = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            lists.put(stage, parser.list(stage));
        }
        return new Checks(lists, LocalClients.of(restrictions.localClients(), parser, tables),
                parser.parse("compatibility_level", legacy.newRelayRestrictions(), Stage.RELAY, 0),
                settings.conduct());
    }

    private static RecipientCheck recipientCheck(Settings.Maps maps, AddressExtension extensions, Tables tables) {
        List<LookupTable> local = maps.localRecipients().stream()
                .map(name -> maps.aliases().contains(name) ? tables.openAliases(name) : tables.open(name)).toList();
        return new RecipientCheck(
                new RecipientCheck.Lists(told(tables, maps.rewriting()), told(tables, maps.senderRewriting()),
                        tables.list(maps.relocated()), ToldTable.all(local), maps.reserved(),
                        told(tables, maps.virtualMailboxes()), told(tables, maps.relayRecipients()),
                        maps.showsTableNames()),
                extensions);
    }

    private static TableList told(Tables tables, List<String> names) {
        return ToldTable.all(tables.list(names).tables());
    }

    private static int cleanupFlags(Set<Settings.Omission> overrides, Utf8Detection detection) {
        int flags = CleanupClient.EXTERNAL | detection.flag("smtpd");
        for (Settings.Omission override : overrides) {
            flags &= switch (override) {
                case NO_ADDRESS_MAPPINGS -> ~CleanupClient.MAP & ~CleanupClient.BCC;
                case NO_HEADER_BODY_CHECKS -> ~CleanupClient.FILTER;
                case NO_MILTERS -> ~CleanupClient.MILTER;
                case NO_UNKNOWN_RECIPIENT_CHECKS -> ~0;
            };
        }
        return flags;
    }

    Settings settings() {
        return settings;
    }

    /** True for the sender of address probes: it is known, and there is nothing to verify about it. */
    boolean isProbeSender(String address) {
        return probeSender.matches(address, around.clock().instant());
    }

    VerbTable verbs() {
        return verbs;
    }

    Checks checks() {
        return checks;
    }

    LegacyNotices legacy() {
        return legacy;
    }

    RecipientCheck recipientCheck() {
        return recipientCheck;
    }

    MailDomains domains() {
        return domains;
    }

    MatchList myNetworks() {
        return myNetworks;
    }

    /** permit_mx_backup_networks; empty when it says nothing. */
    Optional<MatchList> backupNetworks() {
        return backupNetworks;
    }

    ReplyFooter footer() {
        return footer;
    }

    RejectFilter rejectFilter() {
        return rejectFilter;
    }

    DiskCheck diskCheck() {
        return diskCheck;
    }

    ClientLimits clientLimits() {
        return clientLimits;
    }

    /** As master.cf has it. */
    String serviceName() {
        return around.service();
    }

    UserLimits userLimits() {
        return userLimits;
    }

    TlsServer tls() {
        return tls;
    }

    /** relay_clientcerts: fingerprints of clients that may relay. */
    TableList relayCertificates() {
        return relayCertificates;
    }

    /** smtpd_sender_login_maps: which logins own a sender address. */
    TableList senderLogins() {
        return senderLogins;
    }

    Sasl sasl() {
        return sasl;
    }

    PolicyTransport policies() {
        return around.policies();
    }

    Resolver resolver() {
        return around.resolver();
    }

    /** debug_peer_list. */
    boolean isWatched(Client client) {
        return watched.contains(client.name().name(), client.addressText());
    }

    /** Who tells the postmaster of sessions. */
    PostmasterLetters letters() {
        return letters;
    }

    /** smtpd_authorized_xclient_hosts. */
    MatchOutcome xclient(Client client) {
        return xclientHosts.match(client.name().name(), client.addressText());
    }

    /** smtpd_log_access_permit_actions. */
    boolean logsPermission(String action) {
        return loggedPermissions.match(action).matches();
    }

    /** smtpd_authorized_verp_clients. */
    boolean mayVerp(Client client) {
        return verpHosts.match(client.name().name(), client.addressText()).matches();
    }

    /** smtpd_authorized_xforward_hosts. */
    MatchOutcome xforward(Client client) {
        return xforwardHosts.match(client.name().name(), client.addressText());
    }

    /** smtpd_command_filter. */
    TableList commandFilter() {
        return commandFilter;
    }

    EtrnVerb.Flush flush() {
        return around.flush();
    }

    int cleanupFlags() {
        return cleanupFlags;
    }

    Submissions submissions() {
        return around.submissions();
    }

    Addresses addresses() {
        return around.addresses();
    }

    Predicate<InetAddress> ownAddresses() {
        return around.ownAddresses();
    }

    InstantSource clock() {
        return around.clock();
    }

    ZoneId zone() {
        return around.zone();
    }

    Pause pause() {
        return around.pause();
    }

    /** A word that no mail client says in place of a verb: smtpd_forbidden_commands, or the start of a header. */
    boolean forbids(String verb, String line) {
        return HEADER.matcher(line).lookingAt() || forbidden.match(verb).matches();
    }

    /** smtpd_forbid_bare_newline for this client. */
    BareNewline bareNewlineMode(Client client) {
        BareNewline mode = settings.conduct().bareNewline();
        boolean excluded = mode != BareNewline.NO && (client.address().isEmpty()
                || bareNewlineExclusions.match(client.name().name(), client.addressText()).matches());
        return excluded ? BareNewline.NO : mode;
    }

    boolean refusesBareLineFeed(Client client) {
        return bareNewlineMode(client) == BareNewline.REJECT;
    }

    Reply bareLineFeedReply() {
        return Softening.apply(Reply.of(settings.conduct().bareNewlineCode(), "5.5.2",
                settings.names().hostname() + " Error: bare <LF> received"), false);
    }

    /** EHLO keywords, in upper case, that are neither announced to this client nor taken from it; empty when a table fails. */
    Optional<Set<String>> discardedKeywords(Client client) {
        if (discardMaps.isEmpty()) {
            return Optional.of(settings.words().discardedKeywords());
        }
        return switch (discardMaps.find(client.addressText())) {
            case LookupResult.Found(String value) -> {
                Set<String> words = new HashSet<>();
                for (String word : WordList.split(value)) {
                    words.add(word.toUpperCase(Locale.ROOT));
                }
                yield Optional.of(words);
            }
            case LookupResult.NotFound _ -> Optional.of(settings.words().discardedKeywords());
            case LookupResult.Unavailable _ -> Optional.empty();
        };
    }
}
