/** How metrics are described, so that whoever shows or compares a value needs no metric's name. */
@Export
@Version("0.1.0")
package io.flexora.api.metric;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
