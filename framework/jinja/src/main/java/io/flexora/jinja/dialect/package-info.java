/** The dialect of a template, what it makes, and its failure. */
@Export
@Version("0.1.0")
package io.flexora.jinja.dialect;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
