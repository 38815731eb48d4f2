/**
 * What every transformer on PyTorch needs whatever its family: where adapters lie in theta, their
 * part of the model's text, and gradients and second-order products of its loss.
 */
@Export
@Version("0.1.0")
package io.flexora.numerics.transformer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
