/** Models that read padded texts, all tokens at once. */
@Export
@Version("0.1.0")
package io.flexora.transformers.encoder;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
