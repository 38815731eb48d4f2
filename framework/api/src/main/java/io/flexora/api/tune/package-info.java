/** What chooses the values of options that are tuned. */
@Export
@Version("0.1.0")
package io.flexora.api.tune;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
