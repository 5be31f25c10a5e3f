package org.postrider.smtpd;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.smtp.EnhancedStatus;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * smtpd_reject_filter_maps: a reply that refuses, in one line, is looked up, and what is found goes out in its place. It has to refuse,
 * too: anything else is logged, and the reply stays. What is in the log of the refusal is the reply as it was. Immutable.
 */
final class RejectFilter {
    private static final Logger log = LoggerFactory.getLogger(RejectFilter.class);
    private static final Pattern REFUSAL = Pattern.compile("([45]\\d\\d) +(\\S.*)");

    private final TableList maps;

    RejectFilter(TableList maps) {
        this.maps = maps;
    }

    /** The reply that goes out. */
    Reply apply(Reply reply) {
        if (maps.isEmpty() || !reply.isFailure()) {
            return reply;
        }
        return switch (maps.find(reply.inOneLine())) {
            case LookupResult.NotFound _ -> reply;
            case LookupResult.Unavailable(String reason) -> {
                log.warn("smtpd_reject_filter_maps: {}", reason);
                yield reply;
            }
            case LookupResult.Found(String text) -> {
                Matcher other = REFUSAL.matcher(text.strip());
                if (!other.matches()) {
                    log.warn("smtpd_reject_filter_maps: ignoring \"{}\" for \"{}\": not a 4XX or 5XX reply", text,
                            reply.inOneLine());
                    yield reply;
                }
                yield new Reply(Integer.parseInt(other.group(1)), EnhancedStatus.atStart(other.group(2)),
                        List.of(EnhancedStatus.rest(other.group(2))));
            }
        };
    }
}
