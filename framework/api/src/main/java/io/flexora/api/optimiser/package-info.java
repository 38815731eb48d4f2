/** First-order optimisers as differentiable maps of flat vectors. */
@Export
@Version("0.1.0")
package io.flexora.api.optimiser;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
