package org.postrider.qmgr;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.queue.Envelope;

/**
 * The attributes of a message that a delivery agent is told, as one text: a map of twenty strings for each of 20,000 active
 * messages would fill the heap.
 */
final class ClientAttributes {
    private static final List<String> NAMES = List.of("log_client_name", "log_client_address", "log_client_port",
            "log_helo_name", "log_protocol_name", "log_ident", "client_name", "client_address", "client_port",
            "helo_name", "protocol_name", "sasl_method", "sasl_username", "sasl_sender", "rewrite_context",
            "message_id");

    /** They have no client: we made them. */
    static final ClientAttributes OF_PROBES = of(name -> name.equals("rewrite_context") ? RewriteRequest.LOCAL : "");

    private final String packed;

    private ClientAttributes(String packed) {
        this.packed = packed;
    }

    /** Those of the envelope that agents are told. */
    static ClientAttributes of(Envelope envelope) {
        return of(envelope::attribute);
    }

    private static ClientAttributes of(UnaryOperator<String> attribute) {
        StringBuilder text = new StringBuilder(256);
        for (int i = 0; i < NAMES.size(); i++) {
            String value = attribute.apply(NAMES.get(i));
            if (!value.isEmpty()) {
                text.append((char) ('A' + i)).append(value).append('\n');
            }
        }
        return new ClientAttributes(text.toString());
    }

    /** As names and values; unknown ones are left out. */
    Map<String, String> asMap() {
        Map<String, String> values = new HashMap<>();
        int start = 0;
        for (int end = packed.indexOf('\n'); end >= 0; end = packed.indexOf('\n', start)) {
            values.put(NAMES.get(packed.charAt(start) - 'A'), packed.substring(start + 1, end));
            start = end + 1;
        }
        return values;
    }
}
