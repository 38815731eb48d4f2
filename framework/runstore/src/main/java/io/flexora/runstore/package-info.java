/**
 * The store of runs and comparisons: their folders, their records of events, checkpoints, and what
 * came out. {@link io.flexora.runstore.RecordJson} is the one codec of all of it. Whatever is
 * written survives a kill at any moment.
 */
package io.flexora.runstore;
