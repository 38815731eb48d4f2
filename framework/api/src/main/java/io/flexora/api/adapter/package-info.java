/** Adapter methods: LoRA and its variants. */
@Export
@Version("0.1.0")
package io.flexora.api.adapter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
