package org.postrider.common.dns;

/** Asks the domain name system. Names are absolute: no search list is applied. Safe for use by many threads at once. */
@FunctionalInterface
public interface Resolver {
    /** All records of one type, after following aliases; never null, never an exception for what the network does. */
    DnsAnswer lookup(String name, RecordType type);
}
