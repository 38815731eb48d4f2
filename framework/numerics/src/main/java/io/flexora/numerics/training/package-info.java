/**
 * A step of a training and where it stands: what trainers have in common, whatever they keep in the
 * end.
 */
@Export
@Version("0.1.0")
package io.flexora.numerics.training;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
