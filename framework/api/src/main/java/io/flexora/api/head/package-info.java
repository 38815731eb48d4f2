/** The loss that a training minimises. */
@Export
@Version("0.1.0")
package io.flexora.api.head;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
