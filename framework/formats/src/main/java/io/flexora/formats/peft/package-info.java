/** Adapter folders as PEFT writes and reads them. */
@Export
@Version("0.1.0")
package io.flexora.formats.peft;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
