/** The machine and this process: its free memory, and its end. */
@Export
@Version("0.1.0")
package io.flexora.files.machine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
