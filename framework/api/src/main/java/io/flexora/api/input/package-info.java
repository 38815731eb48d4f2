/** Texts as the tokens that a model reads. */
@Export
@Version("0.1.0")
package io.flexora.api.input;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
