package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * Libraries of the system, which a machine may not have; dlopen(3) looks for them. The system property
 * {@code postrider.library.NAME} names a file in place of {@code NAME}.
 */
@SuppressWarnings("restricted") // This room is where restricted methods are called.
final class SharedLibrary {
    private SharedLibrary() {}

    /** The library of this name, such as {@code libcrypt.so.1}; it stays loaded. Empty when it can't be loaded. */
    static Optional<SymbolLookup> find(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(System.getProperty("postrider.library." + name, name),
                    Arena.global()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
