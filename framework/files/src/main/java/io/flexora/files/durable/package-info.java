/** Files and folders that are written whole or not at all. */
@Export
@Version("0.1.0")
package io.flexora.files.durable;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
