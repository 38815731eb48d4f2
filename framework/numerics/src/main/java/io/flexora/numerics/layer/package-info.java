/** How many layers to choose, which, and what of theta belongs to them. */
@Export
@Version("0.1.0")
package io.flexora.numerics.layer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
