package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;

/** Keeps what tables complained of. */
final class RecordedComplaints implements Complaints {
    final List<String> lines = new ArrayList<>();

    @Override
    public void warn(String text) {
        lines.add("warning: " + text);
    }

    @Override
    public void note(String text) {
        lines.add("note: " + text);
    }

    @Override
    public void error(String text) {
        lines.add("error: " + text);
    }
}
