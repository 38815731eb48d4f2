/** The trackers {@code csv} and {@code tensorboard}, which write files. */
package io.flexora.tracker.files;
