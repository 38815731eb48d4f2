/** First-order optimisers as differentiable maps of flat vectors, with their exact reverse. */
@Export
@Version("0.1.0")
package io.flexora.numerics.optimiser;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
