package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Password hashes of crypt(3), computed by libcrypt. A call takes as long as the hash is meant to cost, so it belongs on a platform
 * thread. The library is loaded by the first who asks for it, which has to be before a change of the root directory.
 */
@SuppressWarnings("restricted") // This room is where restricted methods are called.
public final class Crypt {
    private static final List<String> NAMES = List.of("libcrypt.so.1", "libcrypt.so.2");
    /** The struct crypt_data of any libcrypt: 32 KiB in libxcrypt, 128 KiB in older C libraries. */
    private static final long STATE_BYTES = 256 * 1024L;
    private static final long LONGEST_RESULT = 512;
    private static final Optional<SymbolLookup> LIBRARY = load();

    private static final class Handle {
        static final MethodHandle CRYPT = LibraryFunction.bare(LIBRARY.orElseThrow(), "crypt_r", 3);

        private Handle() {}
    }

    private Crypt() {}

    /** False when the system has no libcrypt. */
    public static boolean isThere() {
        return LIBRARY.isPresent();
    }

    private static Optional<SymbolLookup> load() {
        // Distributions have one or the other.
        return NAMES.stream().flatMap(name -> SharedLibrary.find(name).stream()).findFirst();
    }

    /**
     * Hashes a password.
     *
     * @param setting how: a hash that was made before, or its part without the result
     * @return the hash; empty when the library does not know the method, or the password has a NUL byte
     */
    public static Optional<String> hash(byte[] password, String setting) {
        for (byte one : password) {
            if (one == 0) {
                return Optional.empty();
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment phrase = arena.allocate(password.length + 1L);
            MemorySegment.copy(password, 0, phrase, ValueLayout.JAVA_BYTE, 0, password.length);
            MemorySegment how = arena.allocateFrom(setting, StandardCharsets.ISO_8859_1);
            MemorySegment state = arena.allocate(STATE_BYTES, Long.BYTES);
            long address = (long) Handle.CRYPT.invokeExact(phrase.address(), how.address(), state.address());
            phrase.fill((byte) 0);
            if (address == 0) {
                return Optional.empty();
            }
            String result = MemorySegment.ofAddress(address).reinterpret(LONGEST_RESULT).getString(0,
                    StandardCharsets.ISO_8859_1);
            return result.startsWith("*") ? Optional.empty() : Optional.of(result);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling crypt_r", e);
        }
    }
}
