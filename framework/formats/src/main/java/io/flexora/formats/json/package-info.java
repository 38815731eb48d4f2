/** What is said of JSON that is none. */
@Export
@Version("0.1.0")
package io.flexora.formats.json;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
