/** Losses, gradients and directions. */
@Export
@Version("0.1.0")
package io.flexora.api.gradient;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
