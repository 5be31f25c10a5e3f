/**
 * Configuration: the main.cf and master.cf languages, the parameter catalogue, and the effective view every program reads its
 * settings from. Master and the commands read the files; a daemon is given its settings as a map and reads no file.
 *
 * <p>Read {@link org.postrider.common.config.Parameters} first, then {@link org.postrider.common.config.Configuration}. All
 * classes are immutable or used by one thread at start and at reload. This room logs nothing (warnings are returned as text,
 * because commands run without a logging framework) and imports no other room; Apache Commons Configuration joins
 * the layers of what master reads; daemons and commands have one layer over the defaults and do not load it (docs/adr/0022).
 */
@NullMarked
package org.postrider.common.config;

import org.jspecify.annotations.NullMarked;
