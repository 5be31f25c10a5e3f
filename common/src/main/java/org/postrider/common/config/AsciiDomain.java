package org.postrider.common.config;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The form of a domain name in which DNS has it: a label that is not ASCII becomes {@code xn--...} (RFC 5890, RFC 3492). Four characters
 * (sharp s, final sigma and the two joiners) have a code of their own since IDNA2008; enable_idna2003_compatibility replaces them as
 * it was before.
 */
public final class AsciiDomain {
    private static final String OWN_SINCE_2008 = "\u00df\u03c2\u200c\u200d";
    private static final String DOTS = "[.\u3002\uff0e\uff61]";
    private static final int BASE = 36;
    private static final int LEAST = 1;
    private static final int MOST = 26;

    private AsciiDomain() {}

    /**
     * The name in that form, which a name in ASCII is in already; empty for what is no text in UTF-8, or no name.
     *
     * @param domain one char for one byte
     * @param transitional enable_idna2003_compatibility
     */
    public static Optional<String> of(String domain, boolean transitional) {
        if (domain.chars().allMatch(c -> c < 128)) {
            return Optional.of(domain);
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(domain.getBytes(StandardCharsets.ISO_8859_1))).toString();
            List<String> labels = new ArrayList<>();
            for (String label : text.split(DOTS, -1)) {
                labels.add(label(label, transitional));
            }
            return Optional.of(String.join(".", labels));
        } catch (CharacterCodingException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String label(String label, boolean transitional) {
        if (transitional || label.chars().noneMatch(c -> OWN_SINCE_2008.indexOf(c) >= 0)) {
            return label.isEmpty() ? "" : IDN.toASCII(label, IDN.ALLOW_UNASSIGNED);
        }
        int[] lower = label.codePoints().map(Character::toLowerCase).toArray();
        String normal = Normalizer.normalize(new String(lower, 0, lower.length), Normalizer.Form.NFKC);
        return "xn--" + punycode(normal.codePoints().toArray());
    }

    /** RFC 3492 section 6.3. */
    private static String punycode(int[] points) {
        StringBuilder out = new StringBuilder();
        for (int point : points) {
            if (point < 128) {
                out.append((char) point);
            }
        }
        int basic = out.length();
        int done = basic;
        if (basic > 0) {
            out.append('-');
        }
        int next = 128;
        int delta = 0;
        int bias = 72;
        while (done < points.length) {
            int least = Integer.MAX_VALUE;
            for (int point : points) {
                if (point >= next && point < least) {
                    least = point;
                }
            }
            delta = Math.addExact(delta, Math.multiplyExact(least - next, done + 1));
            next = least;
            for (int point : points) {
                if (point < next) {
                    delta++;
                } else if (point == next) {
                    digits(delta, bias, out);
                    bias = adapted(delta, done + 1, done == basic);
                    delta = 0;
                    done++;
                }
            }
            delta++;
            next++;
        }
        return out.toString();
    }

    private static void digits(int delta, int bias, StringBuilder out) {
        int rest = delta;
        for (int k = BASE;; k += BASE) {
            int threshold = Math.clamp(k - bias, LEAST, MOST);
            if (rest < threshold) {
                out.append(digit(rest));
                return;
            }
            out.append(digit(threshold + (rest - threshold) % (BASE - threshold)));
            rest = (rest - threshold) / (BASE - threshold);
        }
    }

    private static char digit(int value) {
        return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }

    private static int adapted(int delta, int count, boolean first) {
        int rest = first ? delta / 700 : delta / 2;
        rest += rest / count;
        int k = 0;
        while (rest > (BASE - LEAST) * MOST / 2) {
            rest /= BASE - LEAST;
            k += BASE;
        }
        return k + (BASE - LEAST + 1) * rest / (rest + 38);
    }
}
