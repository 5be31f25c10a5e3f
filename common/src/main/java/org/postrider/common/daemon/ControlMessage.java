package org.postrider.common.daemon;

import java.io.IOException;
import java.time.Duration;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProtocolException;

/**
 * What master and a daemon say to each other on the control channel. A service is named by its identity, {@code name/type}. A
 * field that the other side does not send has a default, so that a daemon and a master of neighbouring versions understand
 * each other.
 */
public sealed interface ControlMessage {
    /** Daemon: here I am. Master knows the sender's pid from the kernel. */
    record Hello(String program) implements ControlMessage {}

    /** Master: serve this from now on; a service that is served already gets new parameters. */
    record Serve(ServiceDescription service) implements ControlMessage {}

    /** Master: accept on the descriptor that comes with this message. */
    record Listen(String service, String listener) implements ControlMessage {}

    /** Master: stop accepting on this listener, which is gone from the configuration. */
    record Unlisten(String service, String listener) implements ControlMessage {}

    /** Master: the wakeup time has come. */
    record Wakeup(String service) implements ControlMessage {}

    /** Master: this service is gone from the configuration; finish its conversations. */
    record Withdraw(String service) implements ControlMessage {}

    /** Master: accept no more, let conversations finish for at most this long, then leave. */
    record Stop(Duration limit) implements ControlMessage {}

    /** Daemon: the service is open. */
    record Ready(String service, long generation) implements ControlMessage {}

    /** Daemon: the service can't be opened; the reason is in the log. After a reload the former one may still serve. */
    record Failed(String service, String reason, boolean stillServed) implements ControlMessage {}

    /** Daemon: so many conversations now; told when the limit is reached and when it is no longer. */
    record Load(String service, int conversations, boolean full) implements ControlMessage {}

    /** Daemon: accepts no more and will leave; master watches the listeners from now on. */
    record Leaving() implements ControlMessage {}

    /** The message as an attribute list. */
    default Attributes toAttributes() {
        Attributes list = new Attributes();
        switch (this) {
            case Hello(String program) -> list.put("message", "hello").put("program", program);
            case Serve(ServiceDescription service) -> service.addTo(list.put("message", "serve"));
            case Listen(String service, String listener) ->
                list.put("message", "listen").put("service", service).put("listener", listener);
            case Unlisten(String service, String listener) ->
                list.put("message", "unlisten").put("service", service).put("listener", listener);
            case Wakeup(String service) -> list.put("message", "wakeup").put("service", service);
            case Withdraw(String service) -> list.put("message", "withdraw").put("service", service);
            case Stop(Duration limit) -> list.put("message", "stop").put("seconds", limit.toSeconds());
            case Ready(String service, long generation) ->
                list.put("message", "ready").put("service", service).put("generation", generation);
            case Failed(String service, String reason, boolean stillServed) ->
                list.put("message", "failed").put("service", service).put("reason", reason).put("still_served",
                        stillServed);
            case Load(String service, int conversations, boolean full) -> list.put("message", "load")
                    .put("service", service).put("conversations", conversations).put("full", full);
            case Leaving() -> list.put("message", "leaving");
        }
        return list;
    }

    /** The message in an attribute list. */
    static ControlMessage from(Attributes list) throws IOException {
        String message = list.get("message");
        return switch (message) {
            case "hello" -> new Hello(list.get("program"));
            case "serve" -> new Serve(ServiceDescription.from(list));
            case "listen" -> new Listen(list.get("service"), list.get("listener"));
            case "unlisten" -> new Unlisten(list.get("service"), list.get("listener"));
            case "wakeup" -> new Wakeup(list.get("service"));
            case "withdraw" -> new Withdraw(list.get("service"));
            case "stop" -> new Stop(Duration.ofSeconds(list.number("seconds", 0)));
            case "ready" -> new Ready(list.get("service"), list.number("generation", 0));
            case "failed" -> new Failed(list.get("service"), list.get("reason", "unknown"), list.flag("still_served"));
            case "load" -> new Load(list.get("service"), list.integer("conversations", 0), list.flag("full"));
            case "leaving" -> new Leaving();
            default -> throw new ProtocolException("unknown control message \"" + message + "\"");
        };
    }
}
