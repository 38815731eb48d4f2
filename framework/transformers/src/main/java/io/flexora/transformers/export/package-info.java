/** Models with their adapters merged into their weights, as files that other programs read. */
@Export
@Version("0.1.0")
package io.flexora.transformers.export;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
