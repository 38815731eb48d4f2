/** Decoder-only language models of whatever family: training, scoring, generation and export. */
@Export
@Version("0.1.0")
package io.flexora.transformers.causal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
