package org.postrider.common.lookup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where tables say what is wrong with them: a daemon's log, or a command's standard error. Texts are Postfix's, with no prefix. */
public interface Complaints {
    /** Something is odd but the table works. */
    void warn(String text);

    /** The table does not work. */
    void error(String text);

    /** The table was asked to tell what it does. */
    void note(String text);

    /** To the log. */
    static Complaints toLog() {
        Logger log = LoggerFactory.getLogger(Complaints.class);
        return new Complaints() {
            @Override
            public void warn(String text) {
                log.warn("{}", text);
            }

            @Override
            public void note(String text) {
                log.info("{}", text);
            }

            @Override
            public void error(String text) {
                log.error("{}", text);
            }
        };
    }
}
