package org.postrider.common.posix;

import java.lang.ref.Cleaner;

/** Memory of a C library that belongs to an object: freed once, when the owner says so or when nobody can reach the owner any more. */
final class Owned {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Cleaner.Cleanable cleanable;

    private Owned(Cleaner.Cleanable cleanable) {
        this.cleanable = cleanable;
    }

    /** @param free must not lead to the owner */
    static Owned by(Object owner, Runnable free) {
        return new Owned(CLEANER.register(owner, free));
    }

    /** Frees; the second time does nothing. */
    void free() {
        cleanable.clean();
    }
}
