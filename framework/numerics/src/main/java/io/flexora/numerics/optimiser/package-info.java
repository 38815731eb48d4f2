/** Training steps around an optimiser: clipping, schedules, learning rates and parts of theta. */
@Export
@Version("0.1.0")
package io.flexora.numerics.optimiser;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
