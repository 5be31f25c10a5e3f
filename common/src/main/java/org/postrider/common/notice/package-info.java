/**
 * The texts of letters about mail, bounce(5): built-in, and from bounce_template_file. bounce sends them, postconf shows them.
 *
 * <p>Read {@link org.postrider.common.notice.NoticeTemplates} first. Immutable; imports room config only.
 */
@NullMarked
package org.postrider.common.notice;

import org.jspecify.annotations.NullMarked;
