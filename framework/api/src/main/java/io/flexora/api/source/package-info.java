/** Where model and data files come from. */
@Export
@Version("0.1.0")
package io.flexora.api.source;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
