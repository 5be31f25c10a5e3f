package org.postrider.common.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.Collections;
import org.postrider.common.posix.PerlPattern;

/** Touches what the JDK opens late and would not find inside a new root directory. Costs time, so only before chroot(2). */
final class Preload {
    private Preload() {}

    static void touch() {
        try {
            for (URL jar : Collections.list(Preload.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
                URLConnection _ = jar.openConnection();
            }
            InetAddress _ = InetAddress.getByName("localhost");
            SocketChannel.open().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean _ = PerlPattern.isAvailable();
        new SecureRandom().nextInt();
        ZoneRules _ = ZoneId.systemDefault().getRules();
    }
}
