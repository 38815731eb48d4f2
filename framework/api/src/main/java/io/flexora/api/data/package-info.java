/** Datasets, and tasks that turn their rows into examples. */
@Export
@Version("0.1.0")
package io.flexora.api.data;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
