/** The records of a run: its cells, what they answered, its events and what computed it. */
@Export
@Version("0.1.0")
package io.flexora.results.run;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
