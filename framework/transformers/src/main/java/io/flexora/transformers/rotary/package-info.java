/**
 * Rotary positions: their frequencies, and the keys of a {@code config.json} that describe them.
 */
@Export
@Version("0.1.0")
package io.flexora.transformers.rotary;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
