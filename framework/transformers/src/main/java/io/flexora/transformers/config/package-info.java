/** The keys of a model's description, each refused by name where it is wrong. */
@Export
@Version("0.1.0")
package io.flexora.transformers.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
