package org.postrider.common.notice;

import java.util.List;

/**
 * The first part of a letter and some of its headers, bounce(5).
 *
 * @param charset of the body
 * @param from header From
 * @param subject header Subject for the sender
 * @param postmasterSubject header Subject for the postmaster's copy, which has no body
 * @param body lines; $name not yet expanded
 */
public record NoticeTemplate(String charset, String from, String subject, String postmasterSubject, List<String> body) {
    public NoticeTemplate {
        body = List.copyOf(body);
    }

    NoticeTemplate withBody(List<String> other) {
        return new NoticeTemplate(charset, from, subject, postmasterSubject, other);
    }
}
