/** Transformer models as functions of one flat parameter vector. */
@Export
@Version("0.1.0")
package io.flexora.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
