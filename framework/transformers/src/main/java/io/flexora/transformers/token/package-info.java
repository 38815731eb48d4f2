/**
 * Texts and conversations as the tokens of a language model: tokenizer.json, GGUF, chat templates.
 */
@Export
@Version("0.1.0")
package io.flexora.transformers.token;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
