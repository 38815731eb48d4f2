/**
 * Which examples belong to which step, and the loss of many small batches as that of one big one.
 */
@Export
@Version("0.1.0")
package io.flexora.numerics.batch;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
