/** What is done with a trained model before it predicts. */
@Export
@Version("0.1.0")
package io.flexora.api.posterior;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
