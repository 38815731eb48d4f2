/** Matrices in four bits, as bitsandbytes saves them with transformers. */
@Export
@Version("0.1.0")
package io.flexora.formats.bitsandbytes;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
