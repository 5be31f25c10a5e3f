package org.postrider.common.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The defaults that no file holds, because they depend on the host: myhostname, mydomain, mynetworks, and the directories and
 * command paths of the image that runs. They are added to the
 * settings as plain entries, so that the daemons that get these settings compute nothing.
 */
public final class SystemDefaults {
    /**
     * Where {@code mynetworks} has the old default ({@code compatibility_level} below 2): the networks that the new one would
     * have. A name that no file can set.
     */
    public static final String HOST_NETWORKS = "mynetworks=host";

    private final HostFacts host;

    public SystemDefaults(HostFacts host) {
        this.host = host;
    }

    /** These settings with every computed default that they don't set themselves. */
    public Map<String, String> complete(Map<String, String> settings) {
        Map<String, String> complete = new LinkedHashMap<>(settings);
        computed(settings).forEach(complete::putIfAbsent);
        return complete;
    }

    /** The computed defaults where these settings are in force, also of parameters that they set. */
    Map<String, String> computed(Map<String, String> settings) {
        Map<String, String> computed = new LinkedHashMap<>();
        host.home().ifPresent(home -> places(home, computed));
        computed.put("myhostname", hostname(settings));
        Map<String, String> known = new LinkedHashMap<>(computed);
        known.putAll(settings);
        String domain = domain(expanded(known, "myhostname"));
        computed.put("mydomain", domain);
        if (!settings.containsKey("mynetworks")) {
            known.putIfAbsent("mydomain", domain);
            Parameters parameters = Parameters.of(known);
            computed.put("mynetworks", networks(parameters, parameters.string("mynetworks_style")));
            if (LegacyDefaults.of(parameters).keeps("mynetworks_style")) {
                computed.put(HOST_NETWORKS, networks(parameters, "host"));
            }
        }
        return computed;
    }

    private static void places(Path home, Map<String, String> computed) {
        Path commands = home.resolve("bin");
        computed.put("daemon_directory", home.resolve("libexec").toString());
        computed.put("command_directory", commands.toString());
        for (String name : List.of("sendmail", "mailq", "newaliases")) {
            computed.put(name + "_path", commands.resolve(name).toString());
        }
    }

    private String hostname(Map<String, String> settings) {
        String name = host.hostname();
        if (name.indexOf('.') >= 0) {
            return name;
        }
        String domain = settings.containsKey("mydomain") ? expanded(settings, "mydomain") : "localdomain";
        return name + "." + domain;
    }

    /** A value that is out of bounds is the business of whoever reads it. */
    private static String expanded(Map<String, String> settings, String name) {
        Parameters parameters = Parameters.of(settings);
        return parameters.expand(parameters.raw(name));
    }

    private static String domain(String hostname) {
        int dot = hostname.indexOf('.');
        return dot < 0 ? "localdomain" : hostname.substring(dot + 1);
    }

    private String networks(Parameters parameters, String style) {
        Set<String> patterns = new LinkedHashSet<>();
        List<HostFacts.NetworkAddress> own = new InetInterfaces(host).ownNetworks(parameters);
        for (HostFacts.NetworkAddress each : own) {
            int full = each.address().getAddress().length * 8;
            int prefix = switch (style) {
                case "host" -> full;
                case "subnet" -> each.prefixLength();
                case "class" -> classPrefix(each);
                default ->
                    throw new ConfigurationException(
                            "unknown mynetworks mask style value \"" + style + "\" in \"" + style + "\"");
            };
            patterns.add(pattern(each.address(), prefix));
        }
        // With a blank at the end, as Postfix has it: it shows where $mynetworks stands within another value.
        return patterns.stream().map(each -> each + " ").collect(Collectors.joining());
    }

    private static int classPrefix(HostFacts.NetworkAddress each) {
        byte[] bytes = each.address().getAddress();
        if (!(each.address() instanceof Inet4Address)) {
            return each.prefixLength();
        }
        int first = bytes[0] & 0xff;
        return first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : 32;
    }

    private static String pattern(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        String text = AddressText.of(bytes);
        return bytes.length == 4 ? text + "/" + prefix : "[" + text + "]/" + prefix;
    }

    /** Addresses as the C library prints them; Java writes IPv6 without {@code ::}. */
    static final class AddressText {
        private AddressText() {}

        static String of(byte[] bytes) {
            if (bytes.length == 4) {
                try {
                    return InetAddress.getByAddress(bytes).getHostAddress();
                } catch (UnknownHostException e) {
                    throw new IllegalArgumentException(e);
                }
            }
            return ipv6(bytes);
        }

        private static String ipv6(byte[] bytes) {
            int[] groups = new int[8];
            for (int group = 0; group < 8; group++) {
                groups[group] = ((bytes[2 * group] & 0xff) << 8) | (bytes[2 * group + 1] & 0xff);
            }
            int longest = 0;
            int longestAt = -1;
            for (int start = 0; start < 8; start++) {
                int end = start;
                while (end < 8 && groups[end] == 0) {
                    end++;
                }
                if (end - start > longest) {
                    longest = end - start;
                    longestAt = start;
                }
            }
            StringBuilder text = new StringBuilder();
            int group = 0;
            while (group < 8) {
                if (group == longestAt && longest > 1) {
                    text.append("::");
                    group += longest;
                    continue;
                }
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[group]));
                group++;
            }
            return text.toString();
        }
    }
}
