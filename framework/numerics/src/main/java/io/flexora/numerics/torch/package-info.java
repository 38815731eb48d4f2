/** The one door to native tensors: the engine's start, and methods written as TorchScript text. */
@Export
@Version("0.1.0")
package io.flexora.numerics.torch;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
