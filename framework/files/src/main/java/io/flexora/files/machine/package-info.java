/** The machine and its processes: free memory, their ends, and those of cells elsewhere. */
@Export
@Version("0.1.0")
package io.flexora.files.machine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
