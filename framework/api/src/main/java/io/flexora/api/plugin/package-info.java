/** What a plugin is: extension points, options, and the module that names a plugin's extensions. */
@Export
@Version("0.1.0")
package io.flexora.api.plugin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
