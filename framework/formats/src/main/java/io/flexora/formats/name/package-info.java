/** Names that were misspelt. */
@Export
@Version("0.1.0")
package io.flexora.formats.name;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
