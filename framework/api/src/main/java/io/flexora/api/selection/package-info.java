/** Strategies that choose the layers to adapt. */
@Export
@Version("0.1.0")
package io.flexora.api.selection;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
