/** One model on several devices that share the batches of a step. */
@Export
@Version("0.1.0")
package io.flexora.numerics.parallel;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
