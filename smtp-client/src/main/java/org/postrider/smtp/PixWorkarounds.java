package org.postrider.smtp;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for servers behind a Cisco PIX firewall, known by the asterisks that it puts into their greetings: {@code
 * smtp_pix_workarounds} and its tables by address. Immutable; lookups may block.
 */
final class PixWorkarounds {
    private static final Logger LOG = LoggerFactory.getLogger(PixWorkarounds.class);
    private static final Pattern GREETING = Pattern.compile("[20 *]*");

    /** One thing to do, as postconf(5) names it. */
    enum Workaround {
        /** HELO in place of EHLO. */
        DISABLE_ESMTP,
        /** A pause before the dot that ends the content. */
        DELAY_DOTCRLF;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The parameters that matter here.
     *
     * @param maps tables of workarounds for one address
     * @param threshold {@code smtp_pix_workaround_threshold_time}: for mail that has been queued that long there is a pause
     * @param delay {@code smtp_pix_workaround_delay_time}: how long it is
     */
    record Settings(Set<Workaround> usual, List<String> maps, Duration threshold, Duration delay) {
        static Settings of(Parameters parameters, Protocol protocol) {
            return new Settings(named(protocol.parameter("pix_workarounds"),
                    parameters.list(protocol.parameter("pix_workarounds"))),
                    parameters.list(protocol.parameter("pix_workaround_maps")),
                    parameters.time(protocol.parameter("pix_workaround_threshold_time")),
                    parameters.time(protocol.parameter("pix_workaround_delay_time")));
        }
    }

    private final Settings settings;
    private final TableList maps;
    private final String mapsName;

    PixWorkarounds(Settings settings, Protocol protocol, Tables tables) {
        this.settings = settings;
        this.maps = tables.list(settings.maps);
        this.mapsName = protocol.parameter("pix_workaround_maps");
    }

    /**
     * What this server needs; nothing where no firewall shows itself.
     *
     * @param queued how long the message has been waiting
     * @param id of the message, for the log
     */
    Set<Workaround> against(Reply greeting, Peer peer, Duration queued, String id) {
        if (greeting.text().size() != 1 || !GREETING.matcher(greeting.text().getFirst()).matches()) {
            return Set.of();
        }
        Set<Workaround> wanted = EnumSet.noneOf(Workaround.class);
        boolean told = !settings.usual.isEmpty();
        switch (maps.find(peer.address())) {
            case LookupResult.Found(String words) -> {
                wanted.addAll(named(mapsName, WordList.split(words)));
                told = true;
            }
            case LookupResult.NotFound _ -> wanted.addAll(settings.usual);
            case LookupResult.Unavailable _ -> {
                LOG.warn("{} lookup error for \"{}\"", mapsName, peer.address());
                wanted.addAll(settings.usual);
            }
        }
        if (queued.compareTo(settings.threshold) < 0) {
            wanted.remove(Workaround.DELAY_DOTCRLF);
        }
        if (told) {
            LOG.info("{}: enabling PIX workarounds: {} for {}", id,
                    wanted.stream().map(Workaround::word).collect(Collectors.joining(" ")), peer.relay());
        }
        return wanted;
    }

    /** The pause before the dot. */
    Duration delay() {
        return settings.delay;
    }

    private static Set<Workaround> named(String parameter, List<String> words) {
        Set<Workaround> found = EnumSet.noneOf(Workaround.class);
        for (String word : words) {
            try {
                found.add(Workaround.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException _) {
                LOG.warn("{}: unknown workaround \"{}\"", parameter, word);
            }
        }
        return found;
    }
}
