package org.postrider.smtpd;

import java.io.OutputStream;
import java.net.InetAddress;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.postrider.common.dns.Resolver;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.Submissions;
import org.postrider.common.lookup.Tables;
import org.postrider.common.tls.TlsFiles;

/**
 * What a service reaches outside itself; tests put their own here.
 *
 * @param submissions where accepted messages go
 * @param addresses trivial-rewrite
 * @param resolver the domain name system
 * @param tables lookup tables
 * @param ownAddresses inet_interfaces and proxy_interfaces
 * @param freeSpace bytes free on the queue's file system; negative when unknown
 * @param anvil counts events of clients
 * @param flush delivers what waits for a site
 * @param verifier says whether addresses are deliverable
 * @param tlsFiles keys and certificates
 * @param ticketKeys the keys of TLS session tickets
 * @param authenticator who knows the users; empty where nobody can log in
 * @param policies check_policy_service
 * @param service the service's name, for the limits of clients
 */
record Surroundings(Submissions submissions, Addresses addresses, Resolver resolver, Tables tables,
        Predicate<InetAddress> ownAddresses, LongSupplier freeSpace, InstantSource clock, ZoneId zone, Pause pause,
        ClientLimits.Counter anvil, EtrnVerb.Flush flush, AddressVerifier verifier, TlsFiles tlsFiles,
        TicketKeySource ticketKeys, Optional<Authenticator> authenticator, PolicyTransport policies, String service) {

    /** The same for a session that is only tried: what it submits goes nowhere, and nothing is counted. */
    Surroundings withoutEffect() {
        return new Surroundings(_ -> new Nothing(), addresses, resolver, tables, ownAddresses, freeSpace, clock, zone,
                pause,
                _ -> 0, flush, verifier, tlsFiles, ticketKeys, authenticator, policies, service);
    }

    /** A message that nobody will have. */
    private record Nothing() implements Submissions.Submission {
        @Override
        public String queueId() {
            return "";
        }

        @Override
        public OutputStream records() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public boolean interrupted() {
            return false;
        }

        @Override
        public CleanupStatus finish() {
            return new CleanupStatus(CleanupStatus.OK, "", "");
        }

        @Override
        public void close() {
            // There is nothing to be withdrawn.
        }
    }
}
