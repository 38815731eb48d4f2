/** Reports written from a run's record. */
@Export
@Version("0.1.0")
package io.flexora.api.report;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
