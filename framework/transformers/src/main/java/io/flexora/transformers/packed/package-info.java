/** Frozen matrices that stay quantised in memory and become numbers where a layer reads them. */
@Export
@Version("0.1.0")
package io.flexora.transformers.packed;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
