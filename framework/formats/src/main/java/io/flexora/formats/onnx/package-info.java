/** ONNX files: a strict reader that trusts no length, and copies with some weights replaced. */
@Export
@Version("0.1.0")
package io.flexora.formats.onnx;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
