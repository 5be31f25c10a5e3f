/**
 * Tables in MongoDB: mongodb_table(5). Read {@link org.postrider.tables.mongodb.QueryFilter} first: how a key comes into a query.
 * Must not import the other databases.
 */
@NullMarked
package org.postrider.tables.mongodb;

import org.jspecify.annotations.NullMarked;
