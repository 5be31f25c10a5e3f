/**
 * Peers and harnesses for tests of every module: real sockets on loopback, no mocks. Nothing here is in a running system.
 */
@NullMarked
package org.postrider.common.testing;

import org.jspecify.annotations.NullMarked;
