/** What transformers of all kinds, encoders and decoders, have in common once they are loaded. */
@Export
@Version("0.1.0")
package io.flexora.transformers.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
