/** Tasks, which make examples of rows and choose the head that learns them. */
@Export
@Version("0.1.0")
package io.flexora.api.task;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
