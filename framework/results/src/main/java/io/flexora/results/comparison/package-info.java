/** The records of a comparison: its groups, strategies, seeds, differences and tunings. */
@Export
@Version("0.1.0")
package io.flexora.results.comparison;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
