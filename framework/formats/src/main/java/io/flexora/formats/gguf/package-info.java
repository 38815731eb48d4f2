/** GGUF files: models as llama.cpp and its relatives keep them. */
@Export
@Version("0.1.0")
package io.flexora.formats.gguf;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
