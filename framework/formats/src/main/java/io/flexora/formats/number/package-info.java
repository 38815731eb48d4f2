/** Numbers in 16 bits, as several formats hold them. */
@Export
@Version("0.1.0")
package io.flexora.formats.number;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
