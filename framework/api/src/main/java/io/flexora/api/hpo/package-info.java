/** Layer selection as a bilevel problem, and the solvers of it. */
@Export
@Version("0.1.0")
package io.flexora.api.hpo;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
