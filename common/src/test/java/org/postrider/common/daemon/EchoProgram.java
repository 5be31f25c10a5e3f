package org.postrider.common.daemon;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.log.LogContext;
import org.postrider.common.wire.Connection;

/** A toy: answers each attribute list with the same list, its greeting and its session number. */
final class EchoProgram implements Program {
    final AtomicInteger retired = new AtomicInteger();
    final AtomicInteger woken = new AtomicInteger();

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public Service open(ServiceContext context, Optional<Service> previous) {
        String greeting = context.parameters().raw("greeting");
        if (greeting.equals("bad")) {
            throw new ConfigurationException("bad greeting: bad");
        }
        return new Service() {
            @Override
            public void converse(Connection connection) throws IOException {
                while (true) {
                    Optional<Attributes> request = Attributes.readIfAny(connection.in());
                    if (request.isEmpty()) {
                        return;
                    }
                    if (request.get().asMap().containsKey("crash")) {
                        throw new IllegalStateException("as asked");
                    }
                    LogContext log = LogContext.CURRENT.get();
                    request.get().put("greeting", greeting).put("tag", log.tag()).put("number", log.number())
                            .write(connection.out());
                    connection.out().flush();
                }
            }

            @Override
            public void wakeup() {
                woken.incrementAndGet();
            }

            @Override
            public void retire() {
                retired.incrementAndGet();
            }
        };
    }
}
