package org.postrider.cleanup;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.mail.MimeState;

/** What postconf(5) says about taking messages in, tables and addresses excepted. Names are the parameters'. */
record CleanupSettings(String myhostname, String emptyAddressRecipient, boolean longQueueIds, int lineLengthLimit,
        long messageSizeLimit, int hopcountLimit, int headerAddressTokenLimit, boolean alwaysAddMissingHeaders,
        String undisclosedRecipientsHeader, Set<String> messageDropHeaders, boolean standardFrom,
        String fullNameCharset,
        boolean remoteRewriting, boolean enableOriginalRecipient, int duplicateFilterLimit, Duration delayWarningTime,
        boolean detectEncoding, boolean threadedBounces, boolean replaceStrayCrLf, StrangeBytes strangeBytes,
        boolean tlsRequired, boolean requireTlsHeader, long bodyChecksSizeLimit, MimeState.Limits mime,
        MimeFaults mimeFaults, boolean convertsInput, AddressForm addresses, ZoneId zone) {

    static CleanupSettings of(Parameters parameters) {
        return new CleanupSettings(parameters.string("myhostname"), parameters.string("empty_address_recipient"),
                parameters.bool("enable_long_queue_ids"), parameters.number("line_length_limit"),
                parameters.longNumber("message_size_limit"), parameters.number("hopcount_limit"),
                parameters.number("header_address_token_limit"), parameters.bool("always_add_missing_headers"),
                parameters.string("undisclosed_recipients_header"), folded(parameters.list("message_drop_headers")),
                !parameters.string("header_from_format").equals("obsolete"),
                parameters.string("full_name_encoding_charset"),
                !parameters.string("remote_header_rewrite_domain").isEmpty(),
                parameters.bool("enable_original_recipient"), parameters.number("duplicate_filter_limit"),
                parameters.time("delay_warning_time"), parameters.bool("detect_8bit_encoding_header"),
                parameters.bool("enable_threaded_bounces"), parameters.bool("cleanup_replace_stray_cr_lf"),
                new StrangeBytes(parameters.string("message_reject_characters"),
                        parameters.string("message_strip_characters")),
                parameters.bool("tls_required_enable"),
                parameters.bool("requiretls_enable") && parameters.bool("requiretls_esmtp_header"),
                parameters.number("body_checks_size_limit"), mime(parameters), MimeFaults.of(parameters),
                parameters.bool("force_mime_input_conversion"),
                AddressForm.of(parameters), ZoneId.systemDefault());
    }

    private static Set<String> folded(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    private static MimeState.Limits mime(Parameters parameters) {
        return new MimeState.Limits(!parameters.bool("disable_mime_input_processing"),
                parameters.number("header_size_limit"), parameters.number("mime_nesting_limit"),
                parameters.number("mime_boundary_length_limit"));
    }
}
