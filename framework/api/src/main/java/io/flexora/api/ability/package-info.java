/** Abilities that a model may have beside loss, gradient and scores. */
@Export
@Version("0.1.0")
package io.flexora.api.ability;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
