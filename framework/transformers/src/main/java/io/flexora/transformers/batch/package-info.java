/** Examples as trees of tokens, packed, and cut into parts of bounded size. */
@Export
@Version("0.1.0")
package io.flexora.transformers.batch;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
