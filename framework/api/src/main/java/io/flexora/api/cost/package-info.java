/** The work that extensions state before they do it. */
@Export
@Version("0.1.0")
package io.flexora.api.cost;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
