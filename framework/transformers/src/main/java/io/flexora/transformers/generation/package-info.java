/** Generation, token by token. */
@Export
@Version("0.1.0")
package io.flexora.transformers.generation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
