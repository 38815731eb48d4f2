/** Cells as jobs of an external queue, such as that of a cluster. */
@Export
@Version("0.1.0")
package io.flexora.files.queue;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
