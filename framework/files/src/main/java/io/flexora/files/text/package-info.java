/** Text formats that several rooms write. */
@Export
@Version("0.1.0")
package io.flexora.files.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
