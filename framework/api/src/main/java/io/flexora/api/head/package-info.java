/** Heads: what a model gives out, the loss that a training minimises, and its answers. */
@Export
@Version("0.1.0")
package io.flexora.api.head;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
