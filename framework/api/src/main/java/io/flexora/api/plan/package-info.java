/** The adapted modules of a cell, their gates, and the place of each number in theta. */
@Export
@Version("0.1.0")
package io.flexora.api.plan;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
