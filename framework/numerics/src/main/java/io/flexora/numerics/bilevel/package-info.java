/** Layer selection as a bilevel problem on an adapted model. */
@Export
@Version("0.1.0")
package io.flexora.numerics.bilevel;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
