/** The weights of a checkpoint, from its files to the device. */
@Export
@Version("0.1.0")
package io.flexora.transformers.checkpoint;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
