/** The records of runs and comparisons, and the reports that are written from them. */
@Export
@Version("0.1.0")
package io.flexora.api.report;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
