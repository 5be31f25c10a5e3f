package org.postrider.bounce;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A letter box that keeps everything, or refuses everything. */
final class KeptLetters implements Letters {
    final List<String> letters = new ArrayList<>();
    final List<Integer> options = new ArrayList<>();
    boolean refuses;

    @Override
    public String post(String sender, String recipient, int sendOptions, Text text) throws IOException {
        if (refuses) {
            throw new IOException("queue file write error");
        }
        StringBuilder letter = new StringBuilder("from <" + sender + "> to <" + recipient + ">\n");
        text.write(new LineSink() {
            @Override
            public void line(String line) {
                letter.append(line).append('\n');
            }

            @Override
            public void piece(byte[] bytes, int length, boolean endsLine) {
                letter.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1)).append(endsLine ? "\n" : "");
            }
        });
        letters.add(letter.toString());
        options.add(sendOptions);
        return "NEW" + letters.size();
    }

    /** The first line of every letter. */
    List<String> addressed() {
        return letters.stream().map(letter -> letter.lines().findFirst().orElse("")).toList();
    }
}
