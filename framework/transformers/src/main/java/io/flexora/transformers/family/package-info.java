/**
 * What a decoder-only model family brings: a {@link io.flexora.transformers.family.CausalFamilies}
 * and its {@link io.flexora.transformers.family.CausalDescription}.
 */
@Export
@Version("0.1.0")
package io.flexora.transformers.family;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
