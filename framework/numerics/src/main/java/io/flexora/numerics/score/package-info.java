/**
 * Scores examples once for any number of metrics: batches, log-likelihoods, generated texts, and
 * the estimates that metrics have in common.
 */
@Export
@Version("0.1.0")
package io.flexora.numerics.score;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
