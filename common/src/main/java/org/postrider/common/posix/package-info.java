/**
 * The few system calls that Java lacks, through the foreign-function interface, and nothing else. Called by the rooms that need
 * one; a call blocks its thread. It must not import any other room.
 */
@NullMarked
package org.postrider.common.posix;

import org.jspecify.annotations.NullMarked;
