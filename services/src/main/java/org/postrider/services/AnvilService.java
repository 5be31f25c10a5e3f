package org.postrider.services;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.AnvilRequest;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code anvil}: counts connections and events per client, for the limits of the SMTP server; anvil(8). A rate counts
 * the events since the client's current time unit (anvil_rate_time_unit, or what the request says) began. The connections that one server process has
 * announced are taken back when its conversation with anvil ends. The largest figures are logged every anvil_status_update_time.
 *
 * <p>State is guarded by this object's lock; every request is a few map operations.
 */
final class AnvilService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(AnvilService.class);
    private static final int MOST_CLIENTS = 100_000;

    @Override
    public boolean conversesOnLoop() {
        return true;
    }

    private static final class Client {
        private final Map<Kind, Integer> rates = new EnumMap<>(Kind.class);
        private final Duration unit;
        private Instant unitBegan = Instant.EPOCH;
        private int connections;

        Client(Duration unit) {
            this.unit = unit;
        }

        boolean isOver(Instant now) {
            return !unitBegan.plus(unit).isAfter(now);
        }
    }

    private record Maximum(int value, Duration unit, String ident, Instant at) {}

    /**
     * main.cf as anvil(8) uses it.
     *
     * @param unit anvil_rate_time_unit
     * @param reportEvery anvil_status_update_time
     */
    record Settings(Duration unit, Duration reportEvery) {
        static Settings of(Parameters parameters) {
            return new Settings(parameters.time("anvil_rate_time_unit"), parameters.time("anvil_status_update_time"));
        }
    }

    private final Settings settings;
    private final InstantSource clock;
    private final Map<String, Client> clients = new HashMap<>();
    private final Map<String, Maximum> maxima = new HashMap<>();
    private Instant reportDue;

    AnvilService(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.reportDue = clock.instant().plus(settings.reportEvery());
    }

    @Override
    public void converse(Connection connection) throws IOException {
        Map<String, Integer> announced = new HashMap<>();
        try {
            while (true) {
                Optional<Attributes> list = Attributes.readIfAny(connection.in());
                if (list.isEmpty()) {
                    return;
                }
                AnvilRequest request = AnvilRequest.fromAttributes(list.get());
                count(request, announced).toAttributes().write(connection.out());
                connection.out().flush();
            }
        } finally {
            takeBack(announced);
        }
    }

    synchronized AnvilRequest.Answer count(AnvilRequest request, Map<String, Integer> announced) {
        Instant now = clock.instant();
        Client client = clients.computeIfAbsent(request.ident(),
                _ -> new Client(request.unit().orElse(settings.unit())));
        if (client.isOver(now)) {
            client.unitBegan = now;
            client.rates.clear();
        }
        AnvilRequest.Answer answer = switch (request.kind()) {
            case DISCONNECT -> {
                if (announced.merge(request.ident(), -1, Integer::sum) >= 0) {
                    client.connections--;
                }
                yield new AnvilRequest.Answer(client.connections, 0);
            }
            case CONNECT -> {
                int _ = announced.merge(request.ident(), 1, Integer::sum);
                client.connections++;
                note("max connection count", client.connections, client.unit, request.ident(), now);
                yield new AnvilRequest.Answer(client.connections, event(client, request, "max connection rate", now));
            }
            case MESSAGE -> new AnvilRequest.Answer(0, event(client, request, "max message rate", now));
            case RECIPIENT -> new AnvilRequest.Answer(0, event(client, request, "max recipient rate", now));
            case NEWTLS -> new AnvilRequest.Answer(0, event(client, request, "max newtls rate", now));
            case NEWTLS_STATUS -> new AnvilRequest.Answer(0, client.rates.getOrDefault(Kind.NEWTLS, 0));
            case AUTH -> new AnvilRequest.Answer(0, event(client, request, "max auth rate", now));
        };
        forgetIdle(now);
        report(now);
        return answer;
    }

    private int event(Client client, AnvilRequest request, String title, Instant now) {
        int rate = client.rates.merge(request.kind(), 1, Integer::sum);
        note(title, rate, client.unit, request.ident(), now);
        return rate;
    }

    private void note(String title, int value, Duration over, String ident, Instant now) {
        Maximum known = maxima.get(title);
        if (known == null || value > known.value) {
            maxima.put(title, new Maximum(value, over, ident, now));
        }
    }

    private synchronized void takeBack(Map<String, Integer> announced) {
        announced.forEach((ident, count) -> {
            Client client = clients.get(ident);
            if (client != null && count > 0) {
                client.connections -= count;
            }
        });
    }

    /** Keeps memory bounded: clients without connections whose time unit has passed are of no more interest. */
    private void forgetIdle(Instant now) {
        if (clients.size() > MOST_CLIENTS || now.isAfter(reportDue)) {
            clients.values().removeIf(one -> one.connections <= 0 && one.isOver(now));
        }
    }

    private void report(Instant now) {
        if (now.isBefore(reportDue)) {
            return;
        }
        reportDue = now.plus(settings.reportEvery());
        maxima.forEach((title, most) -> {
            String per = title.endsWith("rate") ? "/" + most.unit.toSeconds() + "s" : "";
            LOG.info("statistics: {} {}{} for ({}) at {}", title, most.value, per, most.ident,
                    PostfixTime.monthDayTime(most.at));
        });
        LOG.info("statistics: max cache size {} at {}", clients.size(), PostfixTime.monthDayTime(now));
        maxima.clear();
    }
}
