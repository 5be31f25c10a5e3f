package org.postrider.common.delivery;

import java.util.List;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.mail.DsnStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * default_delivery_status_filter and its kin: replaces status and text of an outcome by what a table has for the two together.
 * A success stays a success and a failure a failure; between temporary and lasting failures the administrator is free. A table
 * that does not answer changes nothing.
 */
public final class StatusFilter {
    /** Changes nothing. */
    public static final StatusFilter NONE = new StatusFilter(new TableList(List.of()));

    private static final Logger LOG = LoggerFactory.getLogger(StatusFilter.class);

    private final TableList tables;

    public StatusFilter(TableList tables) {
        this.tables = tables;
    }

    /** The outcome as it is to be recorded. */
    RecipientOutcome apply(RecipientOutcome outcome) {
        if (tables.isEmpty()) {
            return outcome;
        }
        DsnStatus status = outcome.diagnosis().status();
        return switch (tables.find(status.toString())) {
            case LookupResult.Found found -> changed(outcome, found.value());
            case LookupResult.NotFound _ -> outcome;
            case LookupResult.Unavailable broken -> {
                LOG.warn("delivery status filter lookup error for \"{}\": {}", status, broken.reason());
                yield outcome;
            }
        };
    }

    private static RecipientOutcome changed(RecipientOutcome outcome, String value) {
        DsnStatus status = DsnStatus.of(value, "");
        boolean success = outcome instanceof RecipientOutcome.Delivered;
        if (status.code().isEmpty() || success != status.isSuccess()) {
            LOG.warn("bad delivery status filter result \"{}\" for \"{}\"", value, outcome.diagnosis().status());
            return outcome;
        }
        Diagnosis diagnosis = outcome.diagnosis().withStatus(status);
        return outcome instanceof RecipientOutcome.Delivered delivered
                ? new RecipientOutcome.Delivered(diagnosis, delivered.action())
                : RecipientOutcome.failed(diagnosis);
    }
}
