package org.postrider.smtp;

import java.util.List;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about servers that say what they should not: {@code smtp_reply_filter}, {@code smtp_discard_ehlo_keywords} and its
 * tables by address, and {@link PixWorkarounds}. Immutable; lookups may block.
 */
final class ServerOddities {
    private static final Logger LOG = LoggerFactory.getLogger(ServerOddities.class);

    /**
     * The parameters that matter here.
     *
     * @param replyFilter name and tables of the filter
     * @param keywords EHLO keywords, in lower case, that are overlooked
     * @param keywordMaps name and tables of keywords that are overlooked of one address
     * @param pix {@code smtp_pix_workarounds} and its kin
     */
    record Settings(Maps replyFilter, Set<String> keywords, Maps keywordMaps, Protocol protocol,
            PixWorkarounds.Settings pix) {
        static Settings of(Parameters parameters, Protocol protocol) {
            boolean smtp = protocol == Protocol.SMTP;
            return new Settings(Maps.of(protocol.parameter("reply_filter"), parameters),
                    ClientSettings.lowered(parameters
                            .list(protocol.parameter(smtp ? "discard_ehlo_keywords" : "discard_lhlo_keywords"))),
                    Maps.of(protocol.parameter(smtp
                            ? "discard_ehlo_keyword_address_maps"
                            : "discard_lhlo_keyword_address_maps"), parameters),
                    protocol, PixWorkarounds.Settings.of(parameters, protocol));
        }
    }

    /** A parameter's name, and the tables that it names. */
    record Maps(String parameter, List<String> tables) {
        private static Maps of(String parameter, Parameters parameters) {
            return new Maps(parameter, parameters.list(parameter));
        }
    }

    private final Settings settings;
    private final TableList filter;
    private final TableList keywords;
    private final PixWorkarounds pix;

    ServerOddities(Settings settings, Tables tables) {
        this.settings = settings;
        this.filter = tables.list(settings.replyFilter.tables);
        this.keywords = tables.list(settings.keywordMaps.tables);
        this.pix = new PixWorkarounds(settings.pix, settings.protocol, tables);
    }

    PixWorkarounds pix() {
        return pix;
    }

    /**
     * The line of a reply that stands for this one, itself when there is none.
     *
     * @throws MapUnavailableException when a table can't be asked
     */
    String filtered(Peer peer, String line) throws MapUnavailableException {
        if (filter.isEmpty()) {
            return line;
        }
        return switch (filter.find(line)) {
            case LookupResult.Found(String other) -> {
                LOG.info("{}: replacing server reply \"{}\" with \"{}\"", peer.relay(), Words.printable(line),
                        Words.printable(other));
                yield other;
            }
            case LookupResult.NotFound _ -> line;
            case LookupResult.Unavailable _ -> throw unavailable(settings.replyFilter, peer);
        };
    }

    /**
     * The keywords in lower case that this server is not believed.
     *
     * @throws MapUnavailableException when a table can't be asked
     */
    Set<String> ignoredKeywords(Peer peer) throws MapUnavailableException {
        if (keywords.isEmpty()) {
            return settings.keywords;
        }
        return switch (keywords.find(peer.address())) {
            case LookupResult.Found(String words) -> ClientSettings.lowered(WordList.split(words));
            case LookupResult.NotFound _ -> settings.keywords;
            case LookupResult.Unavailable _ -> throw unavailable(settings.keywordMaps, peer);
        };
    }

    private static MapUnavailableException unavailable(Maps maps, Peer peer) {
        LOG.warn("{}: {} map lookup error", peer.relay(), maps.parameter);
        return new MapUnavailableException(maps.parameter);
    }
}
