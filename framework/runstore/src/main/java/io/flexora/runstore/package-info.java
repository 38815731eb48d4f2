/**
 * The store of a run: its folder, its record of events, its checkpoints, what it measured and what
 * came out. Whatever is written survives a kill at any moment.
 */
package io.flexora.runstore;
