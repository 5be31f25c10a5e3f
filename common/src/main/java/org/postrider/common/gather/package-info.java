/**
 * Work that is cheap by the dozen: one thread, which naps between batches and is woken only after a pause. Read {@link org.postrider.common.gather.Gatherer}.
 *
 * <p>Used by the log's writer and by qmgr for removing files. On the ground floor: imports no other room.
 */
@NullMarked
package org.postrider.common.gather;

import org.jspecify.annotations.NullMarked;
