/**
 * Makes the run-time image: launchers named as Postfix's programs, a private Java run time, the jars, the native libraries, the
 * stock configuration, and the ahead-of-time cache. Runs at build time only; read {@link org.postrider.packaging.Stage} first.
 */
@NullMarked
package org.postrider.packaging;

import org.jspecify.annotations.NullMarked;
