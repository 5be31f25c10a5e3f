package org.postrider.smtpd;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;

/**
 * One policy server of check_policy_service: {@code inet:host:port} or {@code unix:path}, alone or in braces with settings of its own
 * that take the place of smtpd_policy_service_*.
 *
 * @param requestLimit most requests over one connection; 0 for no limit
 * @param tryLimit how often one request is tried
 * @param context what policy_context says
 */
record PolicyServer(String destination, Duration timeout, Duration maxIdle, Duration maxTtl, int requestLimit,
        int tryLimit, Duration retryDelay, String defaultAction, String context) {

    /** What main.cf says of all of them; its destination is empty. */
    static PolicyServer standard(Parameters parameters) {
        return new PolicyServer("", parameters.time("smtpd_policy_service_timeout"),
                parameters.time("smtpd_policy_service_max_idle"), parameters.time("smtpd_policy_service_max_ttl"),
                parameters.number("smtpd_policy_service_request_limit"),
                parameters.number("smtpd_policy_service_try_limit"),
                parameters.time("smtpd_policy_service_retry_delay"),
                parameters.string("smtpd_policy_service_default_action"),
                parameters.string("smtpd_policy_service_policy_context"));
    }

    /**
     * Reads the argument of check_policy_service, which says what is different with this one.
     *
     * @throws ConfigurationException for a setting that is not known or has a bad value
     */
    PolicyServer parse(String argument) {
        String text = argument.strip();
        boolean braced = text.startsWith("{") && text.endsWith("}");
        List<String> words = braced ? WordList.split(text.substring(1, text.length() - 1)) : List.of(text);
        if (words.isEmpty()) {
            throw new ConfigurationException("check_policy_service: no server in \"" + argument + '"');
        }
        PolicyServer server = new PolicyServer(words.getFirst(), timeout, maxIdle, maxTtl, requestLimit, tryLimit,
                retryDelay, defaultAction, context);
        for (String word : words.subList(1, words.size())) {
            String setting = word.startsWith("{") && word.endsWith("}") ? word.substring(1, word.length() - 1) : word;
            int equals = setting.indexOf('=');
            if (equals < 0) {
                throw new ConfigurationException("check_policy_service: missing '=' after \"" + setting + '"');
            }
            server = server.with(setting.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                    setting.substring(equals + 1).strip());
        }
        return server;
    }

    /** As log lines name it. */
    String title() {
        boolean typed = destination.startsWith("inet:") || destination.startsWith("unix:");
        return typed ? destination.substring("inet:".length()) : destination;
    }

    private PolicyServer with(String name, String value) {
        Parameters own = Parameters.of(Map.of("smtpd_policy_service_" + name, value));
        return switch (name) {
            case "timeout" -> new PolicyServer(destination, own.time("smtpd_policy_service_timeout"), maxIdle, maxTtl,
                    requestLimit, tryLimit, retryDelay, defaultAction, context);
            case "max_idle" -> new PolicyServer(destination, timeout, own.time("smtpd_policy_service_max_idle"),
                    maxTtl, requestLimit, tryLimit, retryDelay, defaultAction, context);
            case "max_ttl" -> new PolicyServer(destination, timeout, maxIdle, own.time("smtpd_policy_service_max_ttl"),
                    requestLimit, tryLimit, retryDelay, defaultAction, context);
            case "request_limit" -> new PolicyServer(destination, timeout, maxIdle, maxTtl,
                    own.number("smtpd_policy_service_request_limit"), tryLimit, retryDelay, defaultAction, context);
            case "try_limit" -> new PolicyServer(destination, timeout, maxIdle, maxTtl, requestLimit,
                    own.number("smtpd_policy_service_try_limit"), retryDelay, defaultAction, context);
            case "retry_delay" -> new PolicyServer(destination, timeout, maxIdle, maxTtl, requestLimit, tryLimit,
                    own.time("smtpd_policy_service_retry_delay"), defaultAction, context);
            case "default_action" -> new PolicyServer(destination, timeout, maxIdle, maxTtl, requestLimit, tryLimit,
                    retryDelay, value, context);
            case "policy_context" -> new PolicyServer(destination, timeout, maxIdle, maxTtl, requestLimit, tryLimit,
                    retryDelay, defaultAction, value);
            default -> throw new ConfigurationException("check_policy_service: unknown setting \"" + name + '"');
        };
    }
}
