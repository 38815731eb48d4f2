/** Training of adapters on chosen layers. */
@Export
@Version("0.1.0")
package io.flexora.api.train;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
