/** Loops of steps that go on from their checkpoints. */
@Export
@Version("0.1.0")
package io.flexora.numerics.loop;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
