/** A strict reader and a deterministic writer of safetensors files. */
@Export
@Version("0.1.0")
package io.flexora.formats.safetensors;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
