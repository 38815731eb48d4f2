/** Trackers: where the tools that people watch all their runs with hear of runs. */
@Export
@Version("0.1.0")
package io.flexora.api.track;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
