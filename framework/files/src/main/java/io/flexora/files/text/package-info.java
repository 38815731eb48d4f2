/** Text formats that several rooms write, text in UTF-8, and what patterns may cost. */
@Export
@Version("0.1.0")
package io.flexora.files.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
