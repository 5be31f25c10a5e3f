package org.postrider.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.Address;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to servers who we are (RFC 4954): CRAM-MD5 (RFC 2195), PLAIN (RFC 4616) and LOGIN, by the {@code smtp_sasl} parameters of one
 * service. Safe for many threads.
 */
final class SaslClient {
    private static final Logger LOG = LoggerFactory.getLogger(SaslClient.class);
    /** Best first. */
    private static final List<String> KNOWN = List.of("CRAM-MD5", "PLAIN", "LOGIN");
    private static final Set<String> PLAINTEXT = Set.of("PLAIN", "LOGIN");
    private static final Set<String> GUESSABLE = Set.of("PLAIN", "LOGIN", "CRAM-MD5");

    private final SaslSettings settings;
    private final TableList passwords;
    private final MatchList filter;
    private final RefusedLogins refused;

    SaslClient(SaslSettings settings, Tables tables, InstantSource clock) {
        this.settings = settings;
        this.passwords = tables.list(settings.passwords());
        this.filter = MatchList.strings(settings.mechanismFilter(), tables);
        this.refused = new RefusedLogins(
                settings.cache().isEmpty() ? Optional.empty() : Optional.of(tables.openForUpdate(settings.cache())),
                settings.cacheTime(), clock);
    }

    /** Sessions belong to the sender for whom they were made, and are not kept. */
    boolean senderDependent() {
        return settings.enabled() && settings.senderDependent();
    }

    /**
     * Who we are for this server; empty for nobody.
     *
     * @throws TroubleException when a table can't be asked
     */
    Optional<SaslLogin> login(String sender, Peer peer, Nexthop destination) throws TroubleException {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        if (settings.senderDependent() && !sender.isEmpty()) {
            Optional<SaslLogin> own = find(Address.toExternal(sender));
            if (own.isEmpty() && sender.indexOf('@') >= 0) {
                own = find(sender.substring(sender.lastIndexOf('@')));
            }
            if (own.isPresent()) {
                return own;
            }
        }
        Optional<SaslLogin> byHost = find(peer.host());
        return byHost.isPresent() ? byHost : find(destination.text());
    }

    private Optional<SaslLogin> find(String key) throws TroubleException {
        return switch (passwords.find(key)) {
            case LookupResult.NotFound _ -> Optional.empty();
            case LookupResult.Unavailable _ -> throw new TroubleException(new Trouble.NoPasswords());
            case LookupResult.Found(String value) -> {
                int split = value.indexOf(settings.delimiter());
                String user = split < 0 ? value : value.substring(0, split);
                yield user.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new SaslLogin(user,
                                        split < 0 ? "" : value.substring(split + settings.delimiter().length())));
            }
        };
    }

    /** Says who we are; false where the server does not want to know. */
    boolean authenticate(SmtpSession session, SaslLogin login) throws TroubleException {
        List<String> offered = session.capabilities().auth();
        if (offered.isEmpty()) {
            return false;
        }
        Set<String> limits = session.isVerified()
                ? settings.verifiedOptions()
                : session.isEncrypted() ? settings.tlsOptions() : settings.options();
        Optional<String> mechanism = KNOWN.stream().filter(offered::contains)
                .filter(name -> filter.isEmpty() || filter.match(name).matches())
                .filter(name -> isAllowed(name, limits))
                .findFirst();
        if (mechanism.isEmpty()) {
            LOG.warn("SASL authentication failure: No worthy mechs found");
            throw new TroubleException(new Trouble.NoMechanism(session.peer()));
        }
        Optional<Reply> known = refused.known(session.peer(), login);
        if (known.isPresent()) {
            throw new TroubleException(
                    new Trouble.NotAuthenticated(session.peer(), known.get(), settings.softBounce(), true));
        }
        Reply reply;
        try {
            reply = exchange(session, mechanism.get(), login);
        } catch (IOException failure) {
            throw new TroubleException(session.ended(failure, "performing the AUTH handshake"));
        }
        if (!reply.isSuccess()) {
            refused.note(session.peer(), login, reply);
            throw new TroubleException(
                    new Trouble.NotAuthenticated(session.peer(), reply, settings.softBounce(), false));
        }
        return true;
    }

    private static boolean isAllowed(String mechanism, Set<String> limits) {
        boolean plain = limits.contains("noplaintext") && PLAINTEXT.contains(mechanism);
        boolean guessable = limits.contains("nodictionary") && GUESSABLE.contains(mechanism);
        boolean weak = limits.contains("forward_secrecy") || limits.contains("mutual_auth")
                || (limits.contains("noactive") && PLAINTEXT.contains(mechanism));
        return !plain && !guessable && !weak;
    }

    /** The last reply. */
    private Reply exchange(SmtpSession session, String mechanism, SaslLogin login) throws IOException {
        return switch (mechanism) {
            case "PLAIN" -> say(session, "AUTH PLAIN ",
                    (settings.namesItselfTwice() ? login.user() : "") + '\0' + login.user() + '\0' + login.password());
            case "LOGIN" -> {
                Reply reply = say(session, "AUTH LOGIN", "");
                if (reply.isContinue()) {
                    reply = say(session, "", login.user());
                }
                yield reply.isContinue() ? say(session, "", login.password()) : reply;
            }
            default -> {
                Reply reply = say(session, "AUTH CRAM-MD5", "");
                yield reply.isContinue() ? say(session, "", digest(reply, login)) : reply;
            }
        };
    }

    /** What is secret does not come into the log, whoever asks for the whole session. */
    private static Reply say(SmtpSession session, String words, String secret) throws IOException {
        session.command(words + encoded(secret), secret.isEmpty() ? words : words + "(hidden)");
        session.flush();
        return session.reply(session.settings().timeouts().hello());
    }

    /** RFC 2195 section 2: the name and the keyed hash of the challenge. */
    private static String digest(Reply challenge, SaslLogin login) throws IOException {
        try {
            byte[] text = Base64.getDecoder().decode(challenge.text().getFirst().strip());
            Mac mac = Mac.getInstance("HmacMD5");
            byte[] password = login.password().getBytes(StandardCharsets.ISO_8859_1);
            mac.init(new SecretKeySpec(password.length == 0 ? new byte[1] : password, "HmacMD5"));
            return login.user() + ' ' + HexFormat.of().formatHex(mac.doFinal(text));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException("malformed challenge", e);
        }
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The mechanisms of an AUTH line. */
    static List<String> mechanisms(String line) {
        return List.of(line.strip().toUpperCase(Locale.ROOT).split("\\s+", -1));
    }
}
