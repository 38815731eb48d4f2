/** Settings and secrets of the network that all who fetch files or send results treat alike. */
@Export
@Version("0.1.0")
package io.flexora.files.network;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
