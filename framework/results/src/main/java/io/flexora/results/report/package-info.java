/** The reports that are written from records, and what they conclude. */
@Export
@Version("0.1.0")
package io.flexora.results.report;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
