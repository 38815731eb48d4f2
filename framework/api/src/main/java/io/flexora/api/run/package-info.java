/** What a run offers to the extensions that work in it: seeds, progress, checkpoints, runners. */
@Export
@Version("0.1.0")
package io.flexora.api.run;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
