/**
 * The trackers {@code csv} and {@code tensorboard}, which write files. TensorBoard's messages have
 * a dozen fields, so they are written here rather than with Protocol Buffers' library, which is
 * larger than all trackers together.
 */
package io.flexora.tracker.files;
