/** TorchScript texts and what is filled into them. */
@Export
@Version("0.1.0")
package io.flexora.transformers.script;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
