package org.postrider.qmgr;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.postrider.common.config.Parameters;

/**
 * qmgr's configuration, read once per generation.
 *
 * @param activeLimit most messages in the active queue
 * @param recipientLimit most recipients in memory
 * @param probeLimit most address probes in the active queue: address_verify_pending_request_limit
 * @param deferTransports transports that deliver only when somebody asks
 * @param filterNexthop default_filter_nexthop
 * @param allowMinUser an address may begin with a hyphen
 * @param doubleBounce local part of the sender of notices about notices
 * @param retry when to try again
 * @param confirmDelayCleared who was told of a delay is told of its end
 * @param verpBounces a letter about VERP mail for each recipient
 * @param queueRunDelay time between scans
 * @param services names of the sockets it calls
 * @param ipcTimeout limit for one exchange with another service
 * @param deliveryTimeout limit for one delivery
 * @param log how its log lines are written
 * @param scheduler the scheduler's part
 */
record QmgrSettings(int activeLimit, int recipientLimit, int probeLimit, Set<String> deferTransports,
        String filterNexthop, boolean allowMinUser, String doubleBounce, RetryPlan retry, boolean confirmDelayCleared,
        boolean verpBounces, Duration queueRunDelay,
        ServiceNames services, Duration ipcTimeout, Duration deliveryTimeout, LogText log,
        SchedulerSettings scheduler) {
    /** The sockets under private/ that qmgr calls besides the agents. */
    record ServiceNames(String bounce, String defer, String trace, String error, String retry) {}

    /**
     * @param deliveryLimits most simultaneous deliveries by transport; default_process_limit for the others
     * @param overtaking whether one message may overtake another, as it may not with oqmgr(8)
     */
    static QmgrSettings from(Parameters parameters, Map<String, Integer> deliveryLimits, boolean overtaking) {
        RetryPlan retry = new RetryPlan(parameters.time("minimal_backoff_time"),
                parameters.time("maximal_backoff_time"), parameters.time("maximal_queue_lifetime"),
                parameters.time("bounce_queue_lifetime"));
        ServiceNames services = new ServiceNames(parameters.string("bounce_service_name"),
                parameters.string("defer_service_name"), parameters.string("trace_service_name"),
                parameters.string("error_service_name"), "retry");
        int recipientLimit = parameters.number("qmgr_message_recipient_limit");
        SchedulerSettings scheduler = new SchedulerSettings(transports(parameters, deliveryLimits, overtaking),
                retry.minimalBackoff(),
                parameters.time("transport_retry_time"), services.retry(), recipientLimit,
                parameters.number("qmgr_message_recipient_minimum"),
                new FeedbackDebug(parameters.bool("destination_concurrency_feedback_debug"),
                        (transport, suffix) -> new Names(parameters, transport).of(suffix)),
                new ClogWarnings(parameters.bool("helpful_warnings")
                        ? parameters.time("qmgr_clog_warn_time")
                        : Duration.ZERO, parameters.number("qmgr_message_active_limit")));
        return new QmgrSettings(parameters.number("qmgr_message_active_limit"), recipientLimit,
                parameters.number("address_verify_pending_request_limit"),
                Set.copyOf(parameters.list("defer_transports")),
                parameters.string("default_filter_nexthop"), parameters.bool("allow_min_user"),
                parameters.string("double_bounce_sender"), retry, parameters.bool("confirm_delay_cleared"),
                !parameters.bool("disable_verp_bounces"), parameters.time("queue_run_delay"), services,
                parameters.time("qmgr_ipc_timeout"), parameters.time("daemon_timeout"),
                LogText.of(parameters), scheduler);
    }

    /** Reads a transport's limits when it is first met; everything that has a default of its own is checked at once. */
    private static Function<String, TransportSettings> transports(Parameters parameters,
            Map<String, Integer> deliveryLimits, boolean overtaking) {
        int common = parameters.number("default_process_limit");
        Map<String, TransportSettings> known = new HashMap<>();
        known.put("", transport(parameters, "", common, overtaking));
        for (String name : deliveryLimits.keySet()) {
            known.put(name, transport(parameters, name, deliveryLimits.getOrDefault(name, common), overtaking));
        }
        return name -> known.computeIfAbsent(name, n -> transport(parameters, n, common, overtaking));
    }

    private static TransportSettings transport(Parameters parameters, String name, int deliveryLimit,
            boolean overtaking) {
        Names names = new Names(parameters, name);
        String positive = names.of("destination_concurrency_positive_feedback");
        String negative = names.of("destination_concurrency_negative_feedback");
        return new TransportSettings(parameters.number(names.of("destination_recipient_limit")),
                parameters.number(names.of("destination_concurrency_limit")),
                parameters.number(names.initialConcurrency()),
                Feedback.parse(positive, parameters.string(positive)),
                Feedback.parse(negative, parameters.string(negative)),
                parameters.number(names.of("destination_concurrency_failed_cohort_limit")),
                parameters.time(names.of("destination_rate_delay")),
                parameters.time(names.of("transport_rate_delay")), deliveryLimit,
                overtaking ? slots(parameters, names) : DeliverySlots.NONE,
                new RecipientLimits(parameters.number(names.of("recipient_limit")),
                        parameters.number(names.of("extra_recipient_limit")),
                        parameters.number(names.of("recipient_refill_limit")),
                        parameters.time(names.of("recipient_refill_delay"))));
    }

    private static DeliverySlots slots(Parameters parameters, Names names) {
        return new DeliverySlots(parameters.number(names.of("delivery_slot_cost")),
                parameters.number(names.of("delivery_slot_loan")),
                parameters.number(names.of("delivery_slot_discount")),
                parameters.number(names.of("minimum_delivery_slots")));
    }

    /** Chooses {@code <transport>_x} when it is set, else {@code default_x}. */
    private record Names(Parameters parameters, String transport) {
        String of(String suffix) {
            return choose(transport + "_" + suffix, "default_" + suffix);
        }

        String initialConcurrency() {
            return choose(transport + "_initial_destination_concurrency", "initial_destination_concurrency");
        }

        private String choose(String own, String common) {
            return transport.isEmpty() || parameters.raw(own).isEmpty() ? common : own;
        }
    }
}
