/** Scoring of models on held-out examples. */
@Export
@Version("0.1.0")
package io.flexora.api.evaluate;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
