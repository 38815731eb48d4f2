/**
 * Flat vectors: scopes for their temporary values, and inner products; and Cholesky factors of
 * small matrices.
 */
@Export
@Version("0.1.0")
package io.flexora.numerics.vector;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
